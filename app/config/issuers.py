"""Settings of company sign-in: whose word about their own people the site takes (OpenID Connect)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from app.config.values import LOOPBACK_HOSTS, UnsafeSetting, words

# The roles there are. People's own table of them stands above the settings, and a test sees that both agree.
ROLES = frozenset({"expert", "steward", "sales", "admin"})
_NAME = re.compile(r"[a-z][a-z0-9]{0,19}")


@dataclass(frozen=True, kw_only=True)
class Issuer:
    """One OpenID Connect provider. `roles` are pairs of a value of the claim `roles_claim` and a role it gives."""

    name: str
    url: str
    client_id: str
    client_secret: str = field(repr=False)
    label: str
    roles_claim: str
    roles: tuple[tuple[str, str], ...]

    @property
    def origin(self) -> str:
        """Scheme, host and port of the issuer, as a content security policy names them."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


def read_issuers(values: Mapping[str, str]) -> tuple[Issuer, ...]:
    """The issuers that OIDC_ISSUERS names, each with its own settings.

    Raises UnsafeSetting with one sentence when one of them is missing or unsafe.
    """
    names = words(values.get("OIDC_ISSUERS", ""))
    for name in names:
        if not _NAME.fullmatch(name):
            raise UnsafeSetting(f"OIDC_ISSUERS names {name!r}: use up to 20 small letters and digits, a letter first.")
    issuers = tuple(_read_issuer(name, values) for name in dict.fromkeys(names))
    if len({issuer.url for issuer in issuers}) < len(issuers):
        raise UnsafeSetting("OIDC_ISSUERS has one issuer under two names; each may stand there once.")
    return issuers


def _read_issuer(name: str, values: Mapping[str, str]) -> Issuer:
    prefix = f"OIDC_{name.upper()}_"
    return Issuer(
        name=name,
        url=_checked_url(prefix + "ISSUER", _needed(values, prefix + "ISSUER")),
        client_id=_needed(values, prefix + "CLIENT_ID"),
        client_secret=_needed(values, prefix + "CLIENT_SECRET"),
        label=values.get(prefix + "LABEL", "").strip() or f"{name.capitalize()} single sign-on",
        roles_claim=values.get(prefix + "ROLES_CLAIM", "").strip() or "groups",
        roles=_checked_roles(prefix + "ROLES", values.get(prefix + "ROLES", "")),
    )


def _needed(values: Mapping[str, str], name: str) -> str:
    value = values.get(name, "").strip()
    if not value:
        raise UnsafeSetting(f"{name} is missing: OIDC_ISSUERS names its issuer.")
    return value


def _checked_url(name: str, url: str) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise UnsafeSetting(f"{name} cannot be read as an address.")
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK_HOSTS)
    if not is_safe or not host or parts.query or parts.fragment or "@" in parts.netloc:
        raise UnsafeSetting(f"{name} must begin with https:// and be written exactly as the provider names itself.")
    return url


def _checked_roles(name: str, value: str) -> tuple[tuple[str, str], ...]:
    """Pairs from "engineers=expert support-leads=steward"; a space inside a value is written %20."""
    pairs = []
    for pair in words(value):
        claimed, _, role = pair.rpartition("=")
        if not claimed or role not in ROLES:
            raise UnsafeSetting(f"{name} has {pair!r}: write a value of the claim, =, and {_listed(ROLES)}.")
        pairs.append((unquote(claimed), role))
    return tuple(pairs)


def _listed(roles: frozenset[str]) -> str:
    *others, last = sorted(roles)
    return f"{', '.join(others)} or {last}"
