"""What makes a token of a provider worth believing: who signed it, for whom, when, and about whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwk, jws, jwt
from joserfc.errors import JoseError

from app.config import Issuer

# Signatures that only the provider can make. With a shared secret (HS256) its public key would serve as one.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
KINDS_OF_KEYS = frozenset({"RSA", "EC", "OKP"})
LEEWAY_SECONDS = 60
LONGEST_SUBJECT = 255
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"


class BadToken(Exception):
    """A token is not to be believed; the message is one word for the log, like "signature"."""


class UnknownKey(BadToken):
    """None of the known keys made the signature. The provider may have a new one."""


@dataclass(frozen=True)
class Logout:
    """The provider has signed somebody out. `token_id` is used once; nobody believes it after `until` (Unix time)."""

    subject: str
    token_id: str
    until: int


def read_keys(key_set: Mapping[str, Any]) -> tuple[jwk.Key, ...]:
    """The keys with which a provider signs, from its JSON Web Key Set; what is of no use here is left out."""
    found = []
    for one in key_set.get("keys", ()):
        if isinstance(one, dict) and one.get("kty") in KINDS_OF_KEYS and one.get("use", "sig") == "sig":
            try:
                found.append(jwk.import_key(one))
            except (JoseError, ValueError):
                continue
    return tuple(found)


def read_id_token(
    token: str, keys: Sequence[jwk.Key], issuer: Issuer, *, nonce: str | None, access_token: str | None
) -> dict[str, Any]:
    """The claims of an ID token (OpenID Connect Core 1.0, 3.1.3.7). `nonce` is None only for one that was refreshed.

    Raises BadToken.
    """
    signed = _verified(token, keys)
    wanted = {"iss": {"essential": True, "value": issuer.url}, "aud": {"essential": True, "value": issuer.client_id}}
    asked = {"nonce": nonce, "client_id": issuer.client_id, "access_token": access_token}
    claims = CodeIDToken(signed.claims, signed.header, wanted, asked)
    _validate(claims)
    return {**claims, "sub": _subject(claims)}


def read_logout_token(token: str, keys: Sequence[jwk.Key], issuer: Issuer) -> Logout:
    """What a logout token says (OpenID Connect Back-Channel Logout 1.0, 2.6). Raises BadToken."""
    signed = _verified(token, keys)
    wanted = {"iss": {"essential": True, "value": issuer.url}, "aud": {"essential": True, "value": issuer.client_id}}
    claims = CodeIDToken(signed.claims, signed.header, wanted, {"client_id": issuer.client_id})
    events = claims.get("events")
    # An ID token must not pass for one of these: it has no such event, and these have no nonce.
    if not isinstance(events, dict) or not isinstance(events.get(LOGOUT), dict) or "nonce" in claims:
        raise BadToken("events")
    if not isinstance(claims.get("jti"), str) or not claims["jti"]:
        raise BadToken("jti")
    subject = _subject(claims)
    _validate(claims)
    return Logout(subject, claims["jti"], int(claims["exp"]) + LEEWAY_SECONDS)


def _verified(token: str, keys: Sequence[jwk.Key]) -> jwt.Token:
    """The token, if one of `keys` signed it."""
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError) as error:
        raise BadToken("form") from error
    if header.get("alg") not in ALGORITHMS:
        raise BadToken("algorithm")
    named = header.get("kid")
    registry = jws.JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    for key in keys:
        if named is None or key.kid == named:
            try:
                return jwt.decode(token, key, registry=registry)
            except (JoseError, ValueError):
                continue
    raise UnknownKey("signature")


def _validate(claims: CodeIDToken) -> None:
    try:
        claims.validate(leeway=LEEWAY_SECONDS)
    except JoseError as error:
        raise BadToken(str(getattr(error, "claim", "") or error.error)) from error
    except (TypeError, ValueError) as error:
        raise BadToken("claims") from error


def _subject(claims: Mapping[str, Any]) -> str:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise BadToken("sub")
    return subject
