"""Flask-Security and Flask-Login, joined to the site's own sessions, people and letters."""

from __future__ import annotations

from typing import Any

from flask import Flask, request, session
from flask_security import MailUtil, Security, SQLAlchemyUserDatastore
from flask_security.utils import login_user, logout_user

from app.kernel.db import db, write
from app.people import queries, signs
from app.people.addresses import normalise
from app.people.models import Person, PersonRole
from app.web.people import proving
from app.web.security.sessions import IDENTITY, BrowserSession

ROLES = "roles"
WAY = "way"

SETTINGS = {
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
    "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
        "argon2__type": "ID",
        "argon2__memory_cost": 19_456,
        "argon2__time_cost": 2,
        "argon2__parallelism": 1,
    },
    "SECURITY_USER_IDENTITY_ATTRIBUTES": [{"email": {"mapper": normalise}}],
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_FLASH_MESSAGES": False,
    "SECURITY_DEFAULT_REMEMBER_ME": False,
    # Its commands change people past the rules of this site; ours are `flask person …`.
    "SECURITY_CLI_USERS_NAME": None,
    "SECURITY_CLI_ROLES_NAME": None,
}


class People(SQLAlchemyUserDatastore):
    """Flask-Security's view of people."""

    def commit(self) -> None:
        """Refuse: what changes people happens in the site's one write transaction."""
        raise RuntimeError("Flask-Security was about to commit by itself.")


class Letters(MailUtil):
    """Flask-Security sends nothing by itself: letters come from a closed list."""

    def normalize(self, email: str) -> str:
        return normalise(email)

    def validate(self, email: str) -> str:
        return normalise(email)

    def send_mail(self, *args: Any, **kwargs: Any) -> None:
        """Refuse: a mail is a letter of app.people.letters, written in the transaction of what it tells of."""
        raise RuntimeError("Flask-Security was about to send a mail by itself.")


def register(app: Flask) -> None:
    """Wire the machinery; its views, texts and mails stay out."""
    app.config.update(SETTINGS)
    security = Security(app, People(db, Person, PersonRole), register_blueprint=False, mail_util_cls=Letters)
    login = security.login_manager
    login.user_loader(_load_person)
    # Tokens in headers and addresses are the API's, which has its own.
    login.request_loader(None)
    # A changed network address is no reason to sign somebody out, and nothing is stored that tells it.
    login.session_protection = None
    _leave_requests_alone(app, security)


def enter(person: Person, *, way: str, wanted: str = "/", stay: bool = False, identity_id: int | None = None) -> str:
    """Let `person` in with this browser, under a new session id; returns the path to go to next.

    `way` is "password", "company", "passkey", "confirmation" or "first run". With `stay`, closing the browser does not
    end the session. `identity_id` is the company sign-in that it came by, whose end ends it. Opens a transaction of its
    own, so no other may be open.
    """
    _begin(person, way=way, stay=stay, identity_id=identity_id)
    with write():
        agent = request.headers.get("User-Agent", "")
        signs.note_sign_in(person, way=way, browser=agent, network=request.remote_addr or "")
    return wanted


def keep_in(person: Person) -> None:
    """Keep this browser signed in, under a new session id, after every session of `person` was ended."""
    browser = _browser()
    _begin(person, way=browser.get(WAY, ""), stay=browser.permanent, identity_id=browser.get(IDENTITY))


def sign_out() -> None:
    """End this browser's session; its cookie is worth nothing afterwards."""
    logout_user()
    _browser().begin_anew()


def _begin(person: Person, *, way: str, stay: bool, identity_id: int | None) -> None:
    browser = _browser()
    browser.begin_anew()
    login_user(person, authn_via=[way])
    browser.pop("_id", None)
    browser[ROLES] = sorted(person.role_names)
    browser[WAY] = way
    if identity_id is not None:
        browser[IDENTITY] = identity_id
    browser.permanent = stay
    proving.note_proof()


def _load_person(key: str) -> Person | None:
    person = db.session.scalar(queries.with_sign_in_key(key))
    if person is not None:
        _notice_new_rights(person)
    return person


def _notice_new_rights(person: Person) -> None:
    browser = _browser()
    roles = sorted(person.role_names)
    if browser.get(ROLES, []) != roles:
        browser.change_id()
        browser[ROLES] = roles


def _leave_requests_alone(app: Flask, security: Security) -> None:
    """Take out two hooks that would look into the session of every request, for things that are not used here."""
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    app.after_request_funcs[None].remove(security.login_manager._update_remember_cookie)


def _browser() -> BrowserSession:
    browser = session._get_current_object()  # type: ignore[attr-defined]
    assert isinstance(browser, BrowserSession)
    return browser
