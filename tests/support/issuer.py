"""A small OpenID Connect provider that can also lie: it answers over HTTP, and signs whatever a test asks it to."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from app.config import Issuer

CLIENT_ID = "community"
CLIENT_SECRET = "a secret between the community and its provider"
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"


@dataclass
class FakeIssuer:
    """`with FakeIssuer() as issuer:` is a provider at `issuer.url`; `people` are the claims of each subject."""

    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    gives_refresh_tokens: bool = True
    names_itself: bool = False
    is_down: bool = False
    userinfo_about: str = ""
    requests: list[str] = field(default_factory=list)
    # Codes, verifiers and tokens that went to and fro.
    secrets: list[str] = field(default_factory=list)

    def __enter__(self) -> FakeIssuer:
        self.key = _key("first")
        self._codes: dict[str, dict[str, Any]] = {}
        self._tokens: dict[str, str] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def settings(self, *, name: str = "corp", roles: Mapping[str, str] | None = None, **changes: str) -> Issuer:
        """What the site's settings say of it."""
        return Issuer(
            name=name,
            url=self.url,
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            label=changes.get("label", "Northwind single sign-on"),
            roles_claim=changes.get("roles_claim", "groups"),
            roles=tuple((roles or {"engineers": "expert"}).items()),
        )

    def change_key(self, kid: str = "second") -> None:
        """Sign with another key from now on, and publish that one alone."""
        self.key = _key(kid)

    def sign_in(self, address: str, subject: str, *, algorithm: str = "RS256", **claims: Any) -> str:
        """Do as the provider's page does when `subject` has signed in there; returns the path to come back to.

        `address` is where the site sent the browser. `claims` stand in the ID token instead of the right ones; one that
        is None is left out.
        """
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        right = {"iss": self.url, "sub": subject, "aud": CLIENT_ID, "nonce": asked["nonce"], **_times()}
        said = {name: value for name, value in {**right, **claims}.items() if value is not None}
        self.secrets.append(code)
        self._codes[code] = {**asked, "subject": subject, "said": said, "algorithm": algorithm}
        back = {"code": code, "state": asked["state"], **({"iss": self.url} if self.names_itself else {})}
        return f"{urlsplit(asked['redirect_uri']).path}?{urlencode(back)}"

    def logout_token(self, subject: str, **claims: Any) -> str:
        """A logout token; `claims` as with sign_in."""
        right = {"iss": self.url, "sub": subject, "aud": CLIENT_ID, "jti": secrets.token_hex(8), **_times()}
        said = {**right, "events": {LOGOUT: {}}, **claims}
        return self.sign({name: value for name, value in said.items() if value is not None}, "RS256")

    def sign(self, claims: dict[str, Any], algorithm: str) -> str:
        """A token. "none" has no signature; "HS256" has one made with the public key, "secret" with the client's."""
        if algorithm == "none":
            return f"{_encoded({'alg': 'none', 'typ': 'JWT'})}.{_encoded(claims)}."
        if algorithm == "RS256":
            return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)
        if algorithm == "stranger":
            return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, _key("stranger"))
        shared = self.key.as_pem(private=False) if algorithm == "HS256" else CLIENT_SECRET.encode()
        header = {"alg": "HS256", "kid": self.key.kid}
        return _signed_with_shared(header, claims, shared)

    def answer(self, path: str, form: Mapping[str, str], headers: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        """Status and JSON for a request."""
        self.requests.append(path)
        if self.is_down:
            return 503, {}
        if path == "/token":
            return self._grant(form, headers)
        if path == "/userinfo":
            return self._userinfo(headers)
        pages = {"/.well-known/openid-configuration": self._metadata, "/keys": self._key_set}
        return (200, pages[path]()) if path in pages else (404, {})

    def _metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "scopes_supported": ["openid", "profile", "email", "groups"],
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            "authorization_response_iss_parameter_supported": self.names_itself,
        }

    def _key_set(self) -> dict[str, Any]:
        return {"keys": [self.key.as_dict(private=False), {"kty": "oct", "k": "AAAA", "kid": "shared"}]}

    def _grant(self, form: Mapping[str, str], headers: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        expected = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if headers.get("Authorization") != f"Basic {expected}":
            return 401, {"error": "invalid_client"}
        if form["grant_type"] == "refresh_token":
            subject = self._tokens.pop(form["refresh_token"], "")
            return (200, self._tokens_for(subject)) if subject in self.people else (400, {"error": "invalid_grant"})
        self.secrets.append(form["code_verifier"])
        begun = self._codes.pop(form["code"], None)
        if begun is None or not _fits(begun, form):
            return 400, {"error": "invalid_grant"}
        id_token = self.sign(begun["said"], begun["algorithm"])
        self.secrets.append(id_token)
        return 200, {**self._tokens_for(begun["subject"]), "id_token": id_token}

    def _tokens_for(self, subject: str) -> dict[str, Any]:
        given: dict[str, Any] = {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "expires_in": 3_600}
        if self.gives_refresh_tokens:
            given["refresh_token"] = secrets.token_urlsafe(16)
            self._tokens[given["refresh_token"]] = subject
        self._tokens[given["access_token"]] = subject
        self.secrets += [given[name] for name in ("access_token", "refresh_token") if name in given]
        return given

    def _userinfo(self, headers: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        subject = self._tokens.get(headers.get("Authorization", "").removeprefix("Bearer "), "")
        if subject not in self.people:
            return 401, {"error": "invalid_token"}
        return 200, {"sub": self.userinfo_about or subject, **self.people[subject]}


@cache
def _key(kid: str) -> RSAKey:
    """A key, made once: that takes longer than a test."""
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


def _fits(begun: Mapping[str, Any], form: Mapping[str, str]) -> bool:
    """Whether the code comes back from the same browser's journey (RFC 7636)."""
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return challenge == begun["code_challenge"] and form["redirect_uri"] == begun["redirect_uri"]


def _times() -> dict[str, int]:
    return {"iat": int(time.time()), "exp": int(time.time()) + 300}


def _encoded(value: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _signed_with_shared(header: Mapping[str, Any], claims: Mapping[str, Any], shared: bytes) -> str:
    signed = f"{_encoded(header)}.{_encoded(claims)}"
    signature = hmac.new(shared, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def _handler_of(issuer: FakeIssuer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            self._reply({name: values[0] for name, values in parse_qs(body).items()})

        def log_message(self, *given: Any) -> None:
            """Say nothing."""

        def _reply(self, form: Mapping[str, str]) -> None:
            status, value = issuer.answer(urlsplit(self.path).path, form, dict(self.headers.items()))
            content = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    return Handler
