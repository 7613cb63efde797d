"""What a provider publishes about itself (OpenID Connect Discovery 1.0), as far as the site needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from app.config import LOOPBACK_HOSTS, Issuer
from app.people.issuers.connection import Unreachable

DISCOVERY = "/.well-known/openid-configuration"
ALWAYS_ASKED = ("openid", "profile", "email")
# Asked for where the provider knows them: the groups somebody is in, and leave to ask again later.
ASKED_IF_KNOWN = ("groups", "offline_access")


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """Where to ask for what. `names_itself`: an answer without the parameter iss is not this provider's (RFC 9207)."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    token_endpoint_auth_method: str
    scope: str
    names_itself: bool

    @property
    def authorization_origin(self) -> str:
        """Scheme, host and port of where people sign in."""
        parts = urlsplit(self.authorization_endpoint)
        return f"{parts.scheme}://{parts.netloc}"


def read_metadata(published: Mapping[str, Any], issuer: Issuer) -> Metadata:
    """Check what the provider publishes. Raises Unreachable when it is another's, or cannot be used."""
    if published.get("issuer") != issuer.url:
        raise Unreachable("It names itself otherwise than the settings do.")
    methods = published.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    known = published.get("scopes_supported") or ()
    return Metadata(
        authorization_endpoint=_endpoint(published, "authorization_endpoint", issuer),
        token_endpoint=_endpoint(published, "token_endpoint", issuer),
        jwks_uri=_endpoint(published, "jwks_uri", issuer),
        userinfo_endpoint=_endpoint(published, "userinfo_endpoint", issuer)
        if published.get("userinfo_endpoint")
        else None,
        token_endpoint_auth_method="client_secret_basic" if "client_secret_basic" in methods else "client_secret_post",
        scope=" ".join([*ALWAYS_ASKED, *(scope for scope in ASKED_IF_KNOWN if scope in known)]),
        names_itself=published.get("authorization_response_iss_parameter_supported") is True,
    )


def _endpoint(published: Mapping[str, Any], name: str, issuer: Issuer) -> str:
    """An address that the provider names: over https, or on this machine where the provider itself is."""
    address = published.get(name)
    parts = urlsplit(address if isinstance(address, str) else "")
    is_local = parts.hostname in LOOPBACK_HOSTS and urlsplit(issuer.url).hostname in LOOPBACK_HOSTS
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and is_local)):
        raise Unreachable(f"Its {name} cannot be used.")
    return str(address)
