"""Reading what a provider says of somebody: name, address, roles. It proposes; our own rules decide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.config import Issuer
from app.people.issuers.tokens import LEEWAY_SECONDS
from app.people.models import Role

LONGEST = 254


def roles_in(claims: Mapping[str, Any], issuer: Issuer) -> frozenset[Role]:
    """The roles that the issuer's table gives for the values of its claim."""
    values = _values(_at(claims, issuer.roles_claim))
    return frozenset(Role(role) for value, role in issuer.roles if value in values)


def name_in(claims: Mapping[str, Any]) -> str:
    """The name of the person, or ""."""
    parts = (_text(claims, "given_name"), _text(claims, "family_name"))
    return _text(claims, "name") or " ".join(part for part in parts if part)


def handle_in(claims: Mapping[str, Any]) -> str:
    """What they call themselves there, or ""; an address is no handle."""
    wanted = _text(claims, "preferred_username") or _text(claims, "nickname")
    return "" if "@" in wanted else wanted


def address_in(claims: Mapping[str, Any]) -> str:
    """The address that the provider knows, or ""."""
    return _text(claims, "email")


def is_address_proved(claims: Mapping[str, Any]) -> bool:
    """True only where the provider says so. Some write the word instead of the value."""
    return bool(address_in(claims)) and claims.get("email_verified") in (True, "true")


def is_fresh(claims: Mapping[str, Any], *, since: float) -> bool:
    """False where the provider says that it last asked for a password before `since` (Unix time).

    What asks it to (`prompt=login`) passes through the browser, where whoever sits before it can leave it out.
    """
    asked_at = claims.get("auth_time", since)
    return isinstance(asked_at, int | float) and asked_at >= since - LEEWAY_SECONDS


def is_asked_since(claims: Mapping[str, Any], *, since: float) -> bool:
    """True where the provider says that it asked for a password after `since` (Unix time); many let people in without.

    Unlike `is_fresh` it is for whoever was not sent there to be asked, so silence proves nothing.
    """
    return "auth_time" in claims and is_fresh(claims, since=since)


def _at(claims: Mapping[str, Any], path: str) -> Any:
    """The claim called `path`, or what lies behind its dots: "realm_access.roles"."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _values(found: Any) -> frozenset[str]:
    if isinstance(found, str):
        return frozenset({found})
    if isinstance(found, list | tuple):
        return frozenset(value for value in found if isinstance(value, str))
    return frozenset()


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return value.strip() if isinstance(value, str) and len(value) <= LONGEST else ""
