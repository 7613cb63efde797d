"""One provider: sending people there to sign in, taking them back, and asking later whether they are still there."""

from __future__ import annotations

import enum
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from joserfc.jwk import Key
from requests import RequestException

from app.config import Issuer
from app.people.issuers import tokens
from app.people.issuers.connection import Breaker, Session, Unreachable, read_object
from app.people.issuers.metadata import DISCOVERY, Metadata, read_metadata
from app.people.issuers.tokens import BadToken, Logout, UnknownKey

METADATA_FOR_SECONDS = 3_600
# Signatures with unknown keys make the site look for new ones so often at most, whoever sends them.
KEYS_FOR_SECONDS = 30
# What a token endpoint says of a grant that is worth nothing (RFC 6749, 5.2). The second one comes from providers that
# find nobody behind a token any more; what we send them is well-formed, and was good a minute ago.
OF_THE_PERSON = frozenset({"invalid_grant", "invalid_request"})
KEPT_TOKENS = ("access_token", "refresh_token", "expires_at")

Read = TypeVar("Read")


@dataclass(frozen=True)
class Start:
    """Where to send a browser, and what its session keeps until it comes back."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Arrival:
    """Somebody whom the provider vouches for: its own name for them, what it says of them, and tokens to ask again."""

    subject: str
    claims: Mapping[str, Any]
    tokens: Mapping[str, Any]


class Verdict(enum.Enum):
    """Whether the provider still vouches for somebody. OVER: it cannot be asked with what we have any more."""

    HERE = enum.auto()
    GONE = enum.auto()
    OVER = enum.auto()


@dataclass(frozen=True)
class Answer:
    """What the provider says of somebody today. `claims` is None where it says nothing about roles."""

    verdict: Verdict
    claims: Mapping[str, Any] | None = None
    tokens: Mapping[str, Any] | None = None


class Provider:
    """A provider with what it published, remembered for a while. Methods that ask it raise Unreachable."""

    def __init__(self, issuer: Issuer) -> None:
        self.issuer = issuer
        self._breaker = Breaker()
        self._metadata: Metadata | None = None
        self._keys: Sequence[Key] = ()
        self._metadata_until = self._keys_until = 0.0

    def metadata(self) -> Metadata:
        """Where to ask for what."""
        if self._metadata is None or time.monotonic() > self._metadata_until:
            with Session(self._breaker) as session:
                found = session.request("GET", self.issuer.url.rstrip("/") + DISCOVERY, withhold_token=True)
            self._metadata = read_metadata(read_object(found), self.issuer)
            self._metadata_until = time.monotonic() + METADATA_FOR_SECONDS
        return self._metadata

    def start(self, redirect_uri: str, *, anew: bool = False) -> Start:
        """Begin a sign-in; with `anew`, the provider asks for the password even of those whom it has signed in."""
        nonce, verifier = generate_token(43), generate_token(64)
        with self._session() as session:
            url, state = session.create_authorization_url(
                self.metadata().authorization_endpoint,
                redirect_uri=redirect_uri,
                nonce=nonce,
                code_verifier=verifier,
                state=generate_token(43),
                **({"prompt": "login"} if anew else {}),
            )
        return Start(url, state, nonce, verifier)

    def take_code(self, code: str, *, nonce: str, verifier: str, redirect_uri: str) -> Arrival:
        """Exchange the code that a browser came back with. Raises BadToken too."""
        with self._session() as session:
            try:
                given = _granted(
                    lambda: session.fetch_token(
                        self.metadata().token_endpoint,
                        grant_type="authorization_code",
                        code=code,
                        code_verifier=verifier,
                        redirect_uri=redirect_uri,
                    )
                )
                claims = self._id_token(given, nonce)
                said = self._userinfo(session, given["access_token"], claims["sub"])
            except _Refused as refusal:
                raise BadToken("code") from refusal
        return Arrival(claims["sub"], {**claims, **(said or {})}, _kept(given))

    def ask(self, subject: str, kept: Mapping[str, Any]) -> Answer:
        """Ask whether `subject` is still there, with the tokens `kept` from before."""
        try:
            with self._session() as session:
                if not kept.get("refresh_token"):
                    return self._ask_with_access_token(session, subject, kept)
                endpoint, token = self.metadata().token_endpoint, kept["refresh_token"]
                given = _granted(lambda: session.refresh_token(endpoint, refresh_token=token))
                claims = self._refreshed_claims(given, subject)
                said = self._userinfo(session, given["access_token"], subject)
        except _Refused:
            return Answer(Verdict.GONE)
        both = None if claims is None and said is None else {**(claims or {}), **(said or {})}
        return Answer(Verdict.HERE, both, _kept(given))

    def read_logout_token(self, token: str) -> Logout:
        """Whom the provider has signed out. Raises BadToken."""
        return self._with_keys(lambda keys: tokens.read_logout_token(token, keys, self.issuer))

    def _session(self) -> Session:
        metadata = self.metadata()
        return Session(
            self._breaker,
            client_id=self.issuer.client_id,
            client_secret=self.issuer.client_secret,
            token_endpoint_auth_method=metadata.token_endpoint_auth_method,
            scope=metadata.scope,
            code_challenge_method="S256",
        )

    def _id_token(self, given: Mapping[str, Any], nonce: str | None) -> dict[str, Any]:
        token, access_token = given.get("id_token"), given["access_token"]
        if not isinstance(token, str):
            raise BadToken("no ID token")
        return self._with_keys(
            lambda keys: tokens.read_id_token(token, keys, self.issuer, nonce=nonce, access_token=access_token)
        )

    def _refreshed_claims(self, given: Mapping[str, Any], subject: str) -> dict[str, Any] | None:
        """What a new ID token says, if there is one (OpenID Connect Core 1.0, 12.2)."""
        if "id_token" not in given:
            return None
        try:
            claims = self._id_token(given, None)
        except BadToken as error:
            raise Unreachable("It sent a token that cannot be believed.") from error
        if claims["sub"] != subject:
            raise Unreachable("It spoke of somebody else.")
        return claims

    def _ask_with_access_token(self, session: Session, subject: str, kept: Mapping[str, Any]) -> Answer:
        if not kept.get("access_token") or float(kept.get("expires_at") or "inf") < time.time():
            return Answer(Verdict.OVER)
        if self.metadata().userinfo_endpoint is None:
            return Answer(Verdict.HERE, None, kept)
        return Answer(Verdict.HERE, self._userinfo(session, kept["access_token"], subject), kept)

    def _userinfo(self, session: Session, access_token: str, subject: str) -> dict[str, Any] | None:
        """What the provider says of the person now; None where it says nothing. Raises _Refused for a clear no."""
        endpoint = self.metadata().userinfo_endpoint
        if endpoint is None:
            return None
        # The header is our own: Authlib would refresh an old token by itself, and we could not keep the new one.
        bearer = {"Authorization": f"Bearer {access_token}", "Accept": "application/json"}
        response = session.request("GET", endpoint, withhold_token=True, headers=bearer)
        if response.status_code == 401:
            raise _Refused
        said = read_object(response)
        if said.get("sub") != subject:
            raise Unreachable("It spoke of somebody else.")
        if said.get("active") is False:
            raise _Refused
        return said

    def _with_keys(self, read: Callable[[Sequence[Key]], Read]) -> Read:
        """Read a token with the known keys, and once more with new ones if none of them fits."""
        if not self._keys:
            self._fetch_keys()
        try:
            return read(self._keys)
        except UnknownKey:
            if time.monotonic() < self._keys_until:
                raise
            self._keys_until = time.monotonic() + KEYS_FOR_SECONDS
            self._fetch_keys()
            return read(self._keys)

    def _fetch_keys(self) -> None:
        uri = self.metadata().jwks_uri
        with Session(self._breaker) as session:
            self._keys = tokens.read_keys(read_object(session.request("GET", uri, withhold_token=True)))


@lru_cache(maxsize=64)
def provider_of(issuer: Issuer) -> Provider:
    """The provider behind these settings; one for the whole process, so that it remembers."""
    return Provider(issuer)


class _Refused(Exception):
    """The provider says that this person may not (any more)."""


def _granted(ask: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
    """What the token endpoint gives. Raises _Refused for what it says of the person, else Unreachable."""
    try:
        given = ask()
    except OAuthError as error:
        if error.error in OF_THE_PERSON:
            raise _Refused from None
        # Everything else says something of us: that our secret has changed, for example.
        raise Unreachable("It refused our question.") from None
    except (ValueError, RequestException):
        raise Unreachable("Its answer cannot be read.") from None
    if not isinstance(given.get("access_token"), str):
        raise Unreachable("It gave no token.")
    return given


def _kept(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: given[name] for name in KEPT_TOKENS if given.get(name)}
