"""Every setting, read once from the environment, checked, and frozen."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from app.config.issuers import Issuer, read_issuers
from app.config.values import (
    LOOPBACK_HOSTS,
    UnsafeSetting,
    check_secret,
    read_secrets,
    secret,
    switch,
    web_size,
    whole_number,
    words,
)

ROOT = Path(__file__).resolve().parent.parent.parent
# What a question says about itself in the operator's link to a support case.
CASE_PLACES = ("title", "url", "product", "version")
# Where the demo community keeps its passwords, in the folder of the instance.
DEMO_SIGN_INS = "demo-sign-ins.txt"
SEARCH_IN_FOLDERS = ("whoosh", "fts5")
SEARCH_IN_POSTGRESQL = "postgresql:"
_CASE_PLACE = re.compile("{(?:" + "|".join(CASE_PLACES) + ")}")
_HOST_AND_PORT = re.compile(r"[a-z0-9.-]+:[0-9]{1,5}")
_MAIL_ADDRESS = re.compile(r"{0}(?:\.{0})*@{0}(?:\.{0})*".format(r'[^\s@.<>()\[\],;:"\\]+'))


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the operator decides.

    `second_factor` is "required" of everybody who holds a role, or "offered" to all.
    """

    instance: Path
    secret_key: str
    secret_key_fallbacks: tuple[str, ...]
    address_key: str
    database_url: str
    base_url: str
    trusted_hosts: tuple[str, ...]
    trusted_proxy_hops: int
    search_url: str
    files_url: str
    mail_url: str
    mail_from: str
    site_name: str
    company_name: str
    company_domains: tuple[str, ...]
    brand_names: tuple[str, ...]
    second_factor: str
    rate_limits: bool
    affinity_enabled: bool
    issuers: tuple[Issuer, ...]
    oidc_check_seconds: int
    desk_rise_hours: int
    support_case_url: str
    outbound_allowed: tuple[str, ...]
    log_level: str
    testing: bool

    @property
    def is_secure(self) -> bool:
        """True where the site is reached over https, so that cookies may insist on it."""
        return self.base_url.startswith("https://")

    @property
    def is_local(self) -> bool:
        return (urlsplit(self.base_url).hostname or "") in LOOPBACK_HOSTS

    @property
    def photos_path(self) -> Path:
        return self.instance / "photos"


def read_settings(environment: Mapping[str, str] | None = None, *, testing: bool = False) -> Settings:
    """Read the settings from `environment` (default: the process's), then from `instance/secrets.env`.

    Raises UnsafeSetting with one sentence when a value is missing or unsafe.
    """
    given = dict(os.environ if environment is None else environment)
    instance = Path(given.get("INSTANCE", ROOT / "instance")).resolve()
    values = {**read_secrets(instance / "secrets.env"), **given}
    base_url = values.get("BASE_URL", "http://127.0.0.1:8000").rstrip("/")
    host = _checked_host(base_url)
    database_url = values.get("DATABASE_URL", f"sqlite:///{instance / 'firsthand.sqlite'}")
    settings = Settings(
        instance=instance,
        secret_key=secret(values, "SECRET_KEY"),
        secret_key_fallbacks=words(values.get("SECRET_KEY_FALLBACKS", "")),
        address_key=secret(values, "ADDRESS_KEY"),
        database_url=database_url,
        base_url=base_url,
        trusted_hosts=words(values.get("TRUSTED_HOSTS", "")) or _hosts_of(host),
        trusted_proxy_hops=whole_number(values, "TRUSTED_PROXY_HOPS", 0),
        search_url=values.get("SEARCH_URL", _usual_search(instance, database_url)),
        files_url=values.get("FILES_URL", f"file:{instance / 'files'}"),
        mail_url=values.get("MAIL_URL", f"file:{instance / 'mail'}"),
        mail_from=values.get(
            "MAIL_FROM", f"community@{host if host not in LOOPBACK_HOSTS else 'localhost.localdomain'}"
        ),
        site_name=values.get("SITE_NAME", "Northwind TechCenter"),
        company_name=values.get("COMPANY_NAME", "Northwind Systems"),
        company_domains=words(values.get("COMPANY_DOMAINS", "northwind.example")),
        brand_names=words(values.get("BRAND_NAMES", "northwind")),
        second_factor=values.get("SECOND_FACTOR", _usual_second_factor(instance)),
        rate_limits=switch(values, "RATE_LIMITS", default=True),
        affinity_enabled=switch(values, "AFFINITY_ENABLED", default=True),
        issuers=read_issuers(values),
        oidc_check_seconds=whole_number(values, "OIDC_CHECK_SECONDS", 60),
        desk_rise_hours=whole_number(values, "DESK_RISE_HOURS", 24),
        support_case_url=values.get("SUPPORT_CASE_URL", ""),
        outbound_allowed=words(values.get("OUTBOUND_ALLOWED", "").lower()),
        log_level=values.get("LOG_LEVEL", "WARNING" if host in LOOPBACK_HOSTS else "INFO").upper(),
        testing=testing,
    )
    _check_safe(settings)
    # The web server's own file takes these; a slip is told before anything starts.
    web_size(values)
    return settings


def _usual_second_factor(instance: Path) -> str:
    """What holds unless the operator says otherwise: the employees of a demo have no second factor to show."""
    return "offered" if (instance / DEMO_SIGN_INS).exists() else "required"


def _usual_search(instance: Path, database_url: str) -> str:
    """PostgreSQL searches by itself; beside SQLite stands an index in a folder."""
    return SEARCH_IN_POSTGRESQL if database_url.startswith("postgresql") else f"whoosh:{instance / 'search'}"


def _hosts_of(host: str) -> tuple[str, ...]:
    return ("127.0.0.1", "localhost", "[::1]") if host in LOOPBACK_HOSTS else (host,)


def _checked_host(base_url: str) -> str:
    parts = urlsplit(base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UnsafeSetting("BASE_URL must be the address readers type, like https://community.example.com.")
    return parts.hostname


def _check_safe(settings: Settings) -> None:
    if settings.secret_key == settings.address_key:
        raise UnsafeSetting("SECRET_KEY and ADDRESS_KEY must differ: one signs cookies, the other seals addresses.")
    for earlier in settings.secret_key_fallbacks:
        check_secret("One of SECRET_KEY_FALLBACKS", earlier)
    if not settings.rate_limits and not settings.is_local:
        raise UnsafeSetting("RATE_LIMITS=off is accepted only where BASE_URL is a loopback address.")
    if not settings.is_secure and not settings.is_local:
        raise UnsafeSetting("BASE_URL must begin with https:// unless the site is reached on this machine only.")
    if settings.second_factor not in {"required", "offered"}:
        raise UnsafeSetting("SECOND_FACTOR must be 'required' or 'offered'.")
    if settings.log_level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise UnsafeSetting("LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR.")
    if not all(_HOST_AND_PORT.fullmatch(place) for place in settings.outbound_allowed):
        raise UnsafeSetting("OUTBOUND_ALLOWED must be hosts with their ports, like wiki.example.com:443.")
    _check_times(settings)
    _check_addresses(settings)
    _check_search(settings)
    _check_support_case_url(settings.support_case_url)


def _check_times(settings: Settings) -> None:
    if settings.desk_rise_hours < 1:
        raise UnsafeSetting("DESK_RISE_HOURS must be 1 or more: the hours after which an unanswered question rises.")
    if settings.oidc_check_seconds < 1:
        raise UnsafeSetting("OIDC_CHECK_SECONDS must be 1 or more: how old the word of a company sign-in may be.")


def _check_addresses(settings: Settings) -> None:
    if not settings.database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise UnsafeSetting("DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://.")
    if not settings.mail_url.startswith(("smtp://", "smtps://", "file:")):
        raise UnsafeSetting("MAIL_URL must begin with smtp://, smtps:// or file: followed by a folder.")
    if not _MAIL_ADDRESS.fullmatch(settings.mail_from) or not settings.mail_from.isprintable():
        raise UnsafeSetting("MAIL_FROM must be one address without a name, like community@example.com.")
    if not settings.files_url.removeprefix("file:") or not settings.files_url.startswith("file:"):
        raise UnsafeSetting("FILES_URL must begin with file: followed by a folder; there is no other storage yet.")


def _check_search(settings: Settings) -> None:
    engine, _, place = settings.search_url.partition(":")
    is_in_database = settings.search_url == SEARCH_IN_POSTGRESQL
    if not is_in_database and not (engine in SEARCH_IN_FOLDERS and place):
        raise UnsafeSetting("SEARCH_URL must be whoosh: or fts5: followed by a folder, or postgresql: by itself.")
    if is_in_database and not settings.database_url.startswith("postgresql"):
        raise UnsafeSetting("SEARCH_URL=postgresql: is for a site whose DATABASE_URL is one of PostgreSQL.")


def _check_support_case_url(address: str) -> None:
    """The operator's own link, with places for what a question says; nothing may stand in for its host."""
    if not address:
        return
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        raise UnsafeSetting("SUPPORT_CASE_URL cannot be read as an address.")
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK_HOSTS)
    if not is_safe or not host or "{" in parts.netloc:
        raise UnsafeSetting("SUPPORT_CASE_URL must begin with https:// and the host of your support site.")
    if {"{", "}"} & set(_CASE_PLACE.sub("", address)):
        places = ", ".join("{" + place + "}" for place in CASE_PLACES)
        raise UnsafeSetting(f"SUPPORT_CASE_URL may have {places}, and no other braces.")
