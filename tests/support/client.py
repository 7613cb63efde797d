"""A browser without JavaScript, for tests: it keeps cookies, and sends forms with the token that pages put in them."""

from __future__ import annotations

import contextvars
import time
from typing import Any

from flask import Flask
from flask.json.tag import TaggedJSONSerializer
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from app.kernel.db import db, write
from app.people import sessions
from app.people.models import Person
from app.people.sessions import Sender
from app.web.people.wiring import ROLES
from app.web.security.sessions import FORM_TOKEN, PERSON, PROVED, BrowserSession

UNSAFE_METHODS = {"POST", "PUT", "PATCH", "DELETE"}
CSRF_SALT = "wtf-csrf-token"
VALUES = TaggedJSONSerializer()


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

    def is_signed_in(self) -> bool:
        """Whether somebody is signed in, by what is stored of this browser's session."""
        cookie = self.get_cookie(self._cookie_name)
        found = sessions.find(cookie.value) if cookie else None
        return found is not None and not found.is_over and PERSON in VALUES.loads(found.data)

    def _csrf_token(self) -> str:
        own = BrowserSession(self._own_session(), str(self.application.secret_key), Sender())
        signer = URLSafeTimedSerializer(str(self.application.secret_key), salt=CSRF_SALT)
        return signer.dumps(own[FORM_TOKEN])

    def _sign_in(self, person_key: str, roles: list[str]) -> None:
        values = {PERSON: person_key, ROLES: roles, "_fresh": True, PROVED: time.time()}
        kept = sessions.Kept(data=VALUES.dumps(values), person_key=person_key)
        with self.application.app_context(), write():
            sessions.keep(self._own_session(), kept, sender=Sender(address="127.0.0.1"), is_new=True)

    def _own_session(self) -> str:
        """The id of this browser's session; one that has none gets it now."""
        cookie = self.get_cookie(self._cookie_name)
        found = cookie.value if cookie else sessions.new_id()
        self.set_cookie(self._cookie_name, found)
        return found

    @property
    def _cookie_name(self) -> str:
        return str(self.application.config["SESSION_COOKIE_NAME"])


def signed_in(site: Flask, person: Person) -> SiteClient:
    """A browser in which `person` is signed in."""
    browser = site.test_client()
    assert isinstance(browser, SiteClient)
    browser.sign_in(person.get_id(), sorted(person.role_names))
    db.session.rollback()
    return browser
