"""Flask-Security and Flask-Login, joined to the site's own sessions, people and letters."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, flash, g, request, session
from flask_security import MailUtil, Security, SQLAlchemyUserDatastore
from flask_security.utils import login_user, logout_user

from app.http import see_other
from app.kernel.db import db, write
from app.people import identities, queries, second_factor, signs
from app.people.addresses import normalise
from app.people.models import Person, PersonRole
from app.web.people import company_checks, half_way, proving
from app.web.people.half_way import Arrival
from app.web.security.places import here
from app.web.security.sessions import IDENTITY, PROVED, BrowserSession

ROLES = "roles"
WAY = "way"
# Whether the second factor was shown by whoever is signed in.
SECOND = "second"
PASSKEY = "passkey"
COMPANY_OVER = "Your company sign-in is over, so you are signed out. Sign in again to go on."
SECOND_NEEDED = "You hold a role here by now, and it asks for a second factor when you sign in. It takes a minute."

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
    app.after_request(_lead_on)


def enter(person: Person, *, way: str, wanted: str = "/", stay: bool = False, identity_id: int | None = None) -> str:
    """Let `person` in with this browser, or half-way in where a second factor is asked of them.

    Returns the path to go to next. `way` is "password", "company", "passkey", "confirmation" or "first run"; a passkey
    is both factors. With `stay`, closing the browser does not end the session. `identity_id` is the company sign-in
    that it came by, whose end ends it. Opens a transaction of its own, so no other may be open.
    """
    identities.check_not_let_go(person)
    arrival = Arrival(way=way, wanted=wanted, stay=stay, identity_id=identity_id or identities.giving_roles(person))
    if way == PASSKEY or not second_factor.is_asked_of(person):
        return let_in(person, arrival, with_second=way == PASSKEY)
    _browser().begin_anew()
    return half_way.begin(person, arrival).next_page


def let_in(person: Person, arrival: Arrival, *, with_second: bool) -> str:
    """Sign in whoever has shown all that is asked of them; returns the path to go to next."""
    _begin(person, arrival, with_second=with_second)
    with write():
        agent = request.headers.get("User-Agent", "")
        signs.note_sign_in(person, way=arrival.way, browser=agent, network=request.remote_addr or "")
    return arrival.wanted


def keep_in(person: Person, *, with_second: bool = False) -> None:
    """Keep this browser signed in, under a new session id, after every session of `person` was ended.

    `with_second` where a second factor was shown by what ended them.
    """
    browser = _browser()
    _begin(person, _arrival(wanted="/"), with_second=with_second or browser.get(SECOND, False))


def sign_out() -> None:
    """End this browser's session; its cookie is worth nothing afterwards."""
    logout_user()
    _browser().begin_anew()


def _begin(person: Person, arrival: Arrival, *, with_second: bool) -> None:
    browser = _browser()
    browser.begin_anew()
    login_user(person, authn_via=[arrival.way])
    browser.pop("_id", None)
    browser[ROLES] = sorted(person.role_names)
    browser[WAY] = arrival.way
    browser[SECOND] = with_second
    if arrival.identity_id is not None:
        browser[IDENTITY] = arrival.identity_id
    browser.permanent = arrival.stay
    proving.note_proof()


def _load_person(key: str) -> Person | None:
    person = db.session.scalar(queries.with_sign_in_key(key))
    if person is None:
        return None
    if not _is_vouched_for(person):
        _browser().begin_anew()
        flash(COMPANY_OVER, "info")
        return None
    if second_factor.is_required_of(person) and not _browser().get(SECOND, False):
        _take_back(person)
        return None
    _notice_new_rights(person)
    return person


def _is_vouched_for(person: Person) -> bool:
    """False once the company whose word the session rests on has taken it back."""
    identity_id = _browser().get(IDENTITY)
    return identity_id is None or company_checks.is_still_there(person, identity_id)


def _take_back(person: Person) -> None:
    """A role came while they were in, with a password alone: it waits until the second factor is there."""
    browser = _browser()
    _rest_on_company(person)
    arrival, proved_at = _arrival(wanted=here()), browser.get(PROVED, 0.0)
    browser.begin_anew()
    half_way.begin(person, arrival, proved_at=proved_at)
    g.taken_back = True


def _lead_on(response: Response) -> Response:
    """Whoever was taken back is told why, and led on."""
    if not g.get("taken_back") or response.mimetype != "text/html":
        return response
    flash(SECOND_NEEDED, "warn")
    waiting = half_way.waiting()
    # A form stays where it is: what was typed is not lost.
    return see_other(waiting.next_page if waiting else "/sign-in") if request.method == "GET" else response


def _arrival(*, wanted: str) -> Arrival:
    """How whoever is signed in came in, to be taken for another session of theirs."""
    browser = _browser()
    way, identity_id = browser.get(WAY, ""), browser.get(IDENTITY)
    return Arrival(way=way, wanted=wanted, stay=browser.permanent, identity_id=identity_id)


def _notice_new_rights(person: Person) -> None:
    browser = _browser()
    roles = sorted(person.role_names)
    if browser.get(ROLES, []) != roles:
        browser.change_id()
        browser[ROLES] = roles
        _rest_on_company(person)


def _rest_on_company(person: Person) -> None:
    """A role that came by a company's word while this session lasted ends with that word here as well."""
    browser = _browser()
    identity_id = browser.get(IDENTITY) or identities.giving_roles(person)
    if identity_id is not None:
        browser[IDENTITY] = identity_id


def _leave_requests_alone(app: Flask, security: Security) -> None:
    """Take out two hooks that would look into the session of every request, for things that are not used here."""
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    app.after_request_funcs[None].remove(security.login_manager._update_remember_cookie)


def _browser() -> BrowserSession:
    browser = session._get_current_object()  # type: ignore[attr-defined]
    assert isinstance(browser, BrowserSession)
    return browser
