"""A browser without JavaScript, for tests: it keeps cookies, and sends forms with the token that pages put in them."""

from __future__ import annotations

import contextvars
import secrets
import time
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from app.kernel.db import db
from app.people.models import Person

UNSAFE_METHODS = {"POST", "PUT", "PATCH", "DELETE"}
CSRF_SALT = "wtf-csrf-token"


class SiteClient(FlaskClient):
    """Each request runs in a context of its own, as it does on a server.

    Nothing that a test has loaded is shared with the request, and what the test looks at afterwards is loaded anew.
    """

    def open(self, *args: Any, csrf: bool = True, **kwargs: Any) -> TestResponse:
        """Send a request. Forms carry a valid CSRF token unless `csrf` is False."""
        method = kwargs.get("method", "GET")
        if csrf and method in UNSAFE_METHODS and "json" not in kwargs:
            kwargs["headers"] = {"X-CSRFToken": self.csrf_token(), **dict(kwargs.get("headers") or {})}
        # An answer that streams a file is read to its end, so that the file is closed.
        kwargs.setdefault("buffered", True)
        db.session.rollback()
        response: TestResponse = contextvars.Context().run(super().open, *args, **kwargs)
        db.session.rollback()
        return response

    def csrf_token(self) -> str:
        """The token of this browser's session, as a page would give it."""
        return contextvars.Context().run(self._csrf_token)

    def sign_in(self, person_key: str, roles: list[str]) -> None:
        """Sign in whoever has this key, as if they had given their password a moment ago."""
        contextvars.Context().run(self._sign_in, person_key, roles)

    def _csrf_token(self) -> str:
        with self.session_transaction() as session:
            raw = session.setdefault("csrf_token", secrets.token_hex(20))
        signer = URLSafeTimedSerializer(str(self.application.secret_key), salt=CSRF_SALT)
        return signer.dumps(raw)

    def _sign_in(self, person_key: str, roles: list[str]) -> None:
        from app.web.people.wiring import ROLES
        from app.web.security.sessions import PERSON

        with self.session_transaction() as session:
            session[PERSON] = person_key
            session[ROLES] = roles
            session["_fresh"] = True
            session["fs_paa"] = time.time()


def signed_in(site: Flask, person: Person) -> SiteClient:
    """A browser in which `person` is signed in."""
    browser = site.test_client()
    assert isinstance(browser, SiteClient)
    browser.sign_in(person.get_id(), sorted(person.role_names))
    db.session.rollback()
    return browser
