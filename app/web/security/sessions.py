"""Sessions of browsers: a cookie with a random id, and a row in the database once there is something to keep.

A guest who only reads gets no cookie and touches no row. A guest who opens a form gets a cookie, and still no row:
the token of the form is derived from the cookie's id.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator
from typing import Any

import structlog
from flask import Flask, Request, Response, session
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy.exc import SQLAlchemyError

from app.config import Settings
from app.kernel.db import write
from app.kernel.errors import Busy
from app.people import sessions
from app.people.sessions import Kept, Sender

FORM_TOKEN = "csrf_token"  # noqa: S105 - the name that Flask-WTF looks for
PERSON = "_user_id"
IDENTITY = "identity"
# When whoever is signed in last showed who they are; Flask-Security calls it so.
PROVED = "fs_paa"
_ID = re.compile(r"[A-Za-z0-9_-]{43}")
_values = TaggedJSONSerializer()

log = structlog.get_logger(__name__)


class BrowserSession(SessionMixin):
    """What the site remembers of one browser. Loaded when it is first looked into."""

    modified = False

    def __init__(self, given: str | None, secret: str, sender: Sender) -> None:
        self._given = given
        self._sender = sender
        self._secret = secret
        self._id = given
        self._ended: str | None = None
        self._moved_from: str | None = None
        self._values: dict[str, Any] | None = None
        self._is_stored = False
        self._needs_note = False

    def __getitem__(self, key: str) -> Any:
        if key == FORM_TOKEN:
            return hmac.new(self._secret.encode(), f"form {self._own_id()}".encode(), hashlib.sha256).hexdigest()
        return self._loaded()[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._loaded()[key] = value
        self.modified = True

    def __delitem__(self, key: str) -> None:
        # The token of forms changes with the id, so there is nothing to take away.
        if key != FORM_TOKEN:
            del self._loaded()[key]
            self.modified = True

    def __iter__(self) -> Iterator[str]:
        return iter(self._loaded())

    def __len__(self) -> int:
        return len(self._loaded())

    def begin_anew(self) -> None:
        """Forget everything, under another id: nobody who knows the old one gets in."""
        self._loaded()
        if self._is_stored:
            self._ended = self._given
        self._values, self._id, self._is_stored, self._moved_from = {}, None, False, None
        self.modified = False

    def change_id(self) -> None:
        """Keep everything under another id, because rights have changed."""
        self._loaded()
        if self._is_stored:
            self._moved_from, self._id = self._id, sessions.new_id()

    def keep(self) -> None:
        """Store what has changed, in a write transaction of its own."""
        if self.modified or self._ended or self._moved_from:
            # Whatever becomes of it, it is tried once: an error page that is made next must not wait again.
            ended, moved_from, modified = self._ended, self._moved_from, self.modified
            self._ended, self._moved_from, self.modified = None, None, False
            with write():
                self._store(ended, moved_from, modified)
        elif self._needs_note and self._id:
            self._note_use(self._id)

    @property
    def own_id(self) -> str | None:
        """The id under which the browser knows this session; None for a browser that has none yet."""
        return self._id

    @property
    def new_cookie(self) -> str | None:
        """The cookie to set: None to leave it, "" to take it away."""
        if self._id == self._given:
            return None
        return self._id or ""

    def _own_id(self) -> str:
        self._id = self._id or sessions.new_id()
        return self._id

    def _loaded(self) -> dict[str, Any]:
        if self._values is None:
            self._values = {}
            found = sessions.find(self._given) if self._given else None
            if found and found.is_over:
                self._id = None
            elif found:
                self._is_stored, self._needs_note = True, found.needs_note
                self._values = _values.loads(found.data)
        return self._values

    def _store(self, ended: str | None, moved_from: str | None, modified: bool) -> None:
        if ended:
            sessions.end(ended)
        if moved_from:
            sessions.change_id(moved_from, self._own_id())
        if modified:
            data = _values.dumps(self._loaded())
            kept = Kept(data=data, person_key=self.get(PERSON), identity_id=self.get(IDENTITY))
            sessions.keep(self._own_id(), kept, sender=self._sender, is_new=not self._is_stored)
            self._is_stored = True

    def _note_use(self, session_id: str) -> None:
        """A page is worth more than the note that it was read."""
        self._needs_note = False
        try:
            with write():
                sessions.note_use(session_id, self._sender)
        except (Busy, SQLAlchemyError):
            log.warning("the use of a session was not noted")


def own_session_id() -> str | None:
    """The id under which the browser that asks knows its session; None where it has none yet."""
    browser = session._get_current_object()  # type: ignore[attr-defined]
    assert isinstance(browser, BrowserSession)
    return browser.own_id


class StoredSessions(SessionInterface):
    """How Flask gets and keeps a BrowserSession."""

    def __init__(self, settings: Settings) -> None:
        self._secret = settings.secret_key

    def open_session(self, app: Flask, request: Request) -> BrowserSession:
        given = request.cookies.get(self.get_cookie_name(app), "")
        sender = Sender(request.headers.get("User-Agent", ""), request.remote_addr or "")
        return BrowserSession(given if _ID.fullmatch(given) else None, self._secret, sender)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        assert isinstance(session, BrowserSession)
        if session.accessed:
            response.vary.add("Cookie")
        session.keep()
        cookie = session.new_cookie
        if cookie is None:
            return
        name = self.get_cookie_name(app)
        # An empty one takes it away.
        age = self._max_age(session) if cookie else 0
        secure = self.get_cookie_secure(app)
        response.set_cookie(name, cookie, max_age=age, secure=secure, httponly=True, samesite="Lax", path="/")
        # Whatever the view says of it: an answer that brings somebody's cookie is for them alone.
        response.headers["Cache-Control"] = "private, no-store"

    @staticmethod
    def _max_age(session: SessionMixin) -> int | None:
        """Seconds for a browser that stays signed in; None for one that forgets when it is closed."""
        return int(sessions.ABSOLUTE.total_seconds()) if session.permanent else None


def register(app: Flask) -> None:
    """Let the site keep its sessions in the database."""
    settings: Settings = app.extensions["firsthand.settings"]
    app.config.update(
        SESSION_COOKIE_NAME="__Host-sid" if settings.is_secure else "sid",
        SESSION_COOKIE_SECURE=settings.is_secure,
    )
    app.session_interface = StoredSessions(settings)
