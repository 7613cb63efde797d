"""Browsers that are signed in. The browser keeps a random id, the database only its hash."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update

from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people.browsers import browser_in_words
from app.people.models import Person, PersonRole, StoredSession
from app.people.signs import network_mark

# How long a session lasts: without being used, and altogether.
IDLE = timedelta(days=14)
ABSOLUTE = timedelta(days=30)
IDLE_OF_STAFF = timedelta(hours=8)
ABSOLUTE_OF_STAFF = timedelta(hours=24)
IDLE_OF_GUESTS = timedelta(days=1)
# Use is noted this often at most: reading pages should not write.
SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class Found:
    """A stored session: what the browser keeps here, whether it is too old, and whether its use is to be noted."""

    data: str
    is_over: bool
    needs_note: bool


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What is kept of a browser: its own data, the fs_uniquifier of whoever is signed in, and how they came."""

    data: str
    person_key: str | None = None
    identity_id: int | None = None


@dataclass(frozen=True)
class Sender:
    """Whoever a request comes from: what the browser says of itself (User-Agent), and the address it came from.

    Neither is kept as it is.
    """

    agent: str = ""
    address: str = ""


def new_id() -> str:
    """A random id of 256 bits, in 43 characters that a cookie may hold."""
    return secrets.token_urlsafe(32)


def find(session_id: str) -> Found | None:
    """The session with this id, over or not."""
    is_staff = exists().where(PersonRole.person_id == StoredSession.person_id)
    columns = select(
        StoredSession.data, StoredSession.person_id, StoredSession.created_at, StoredSession.seen_at, is_staff
    )
    row = db.session.execute(columns.where(StoredSession.id_hash == _hash(session_id))).first()
    if row is None:
        return None
    data, person_id, created_at, seen_at, staff = row
    idle, absolute = (IDLE_OF_STAFF, ABSOLUTE_OF_STAFF) if staff else (IDLE, ABSOLUTE)
    if person_id is None:
        idle = IDLE_OF_GUESTS
    moment = clock.now()
    return Found(
        data=data,
        is_over=moment - seen_at > idle or moment - created_at > absolute,
        needs_note=moment - seen_at > SEEN_EVERY,
    )


def keep(session_id: str, kept: Kept, *, sender: Sender, is_new: bool) -> None:
    """Store a session.

    One that is not new and no longer stored was ended meanwhile, and stays so.
    """
    moment = clock.now()
    session = db.session.scalar(select(StoredSession).where(StoredSession.id_hash == _hash(session_id)))
    if session is None:
        if not is_new:
            return
        session = StoredSession(id_hash=_hash(session_id), created_at=moment)
        db.session.add(session)
    session.data = kept.data
    session.seen_at = moment
    session.person_id = db.session.scalar(select(Person.id).where(Person.fs_uniquifier == kept.person_key))
    session.identity_id = kept.identity_id
    session.browser, session.network = browser_in_words(sender.agent), network_mark(sender.address)
    db.session.flush()


def change_id(old: str, new: str) -> None:
    """Give a session another id; the old one is worth nothing from then on."""
    db.session.execute(update(StoredSession).where(StoredSession.id_hash == _hash(old)).values(id_hash=_hash(new)))


def note_use(session_id: str, sender: Sender) -> None:
    """Remember that the session was used a moment ago, and from which network."""
    used = update(StoredSession).where(StoredSession.id_hash == _hash(session_id))
    db.session.execute(used.values(seen_at=clock.now(), network=network_mark(sender.address)))


def of_person(person: Person) -> Sequence[StoredSession]:
    """The browsers in which `person` is signed in, the one used last first."""
    rows = select(StoredSession).where(StoredSession.person_id == person.id, ~_is_over())
    return db.session.scalars(rows.order_by(StoredSession.seen_at.desc(), StoredSession.id.desc())).all()


def is_of(session: StoredSession, session_id: str | None) -> bool:
    """True when `session` is the one with this id."""
    return session_id is not None and session.id_hash == _hash(session_id)


def end(session_id: str) -> None:
    """End one session."""
    db.session.execute(delete(StoredSession).where(StoredSession.id_hash == _hash(session_id)))


def end_one_of(person: Person, number: int) -> None:
    """End the session of `person` with this row's number. Raises NotFound for anybody else's, and for none."""
    theirs = StoredSession.person_id == person.id, StoredSession.id == number
    if db.session.execute(delete(StoredSession).where(*theirs).returning(StoredSession.id)).first() is None:
        raise NotFound


def end_others_of(person: Person, session_id: str) -> None:
    """End every session of `person` but the one with this id."""
    others = StoredSession.person_id == person.id, StoredSession.id_hash != _hash(session_id)
    db.session.execute(delete(StoredSession).where(*others))


def end_all_of(person: Person) -> None:
    """End every session of `person`, and make what their cookies hold worthless."""
    person.fs_uniquifier = secrets.token_hex(32)
    db.session.execute(delete(StoredSession).where(StoredSession.person_id == person.id))


def drop_old() -> None:
    """Remove what nobody can use any more."""
    db.session.execute(delete(StoredSession).where(_is_over()), execution_options={"synchronize_session": False})


def _is_over() -> ColumnElement[bool]:
    """Sessions that were not used for too long, or that began too long ago."""
    moment = clock.now()
    is_guest = StoredSession.person_id.is_(None)
    is_staff = exists().where(PersonRole.person_id == StoredSession.person_id)
    return or_(
        *(
            and_(whose, (StoredSession.seen_at < moment - idle) | (StoredSession.created_at < moment - absolute))
            for whose, idle, absolute in (
                (is_guest, IDLE_OF_GUESTS, ABSOLUTE),
                (is_staff, IDLE_OF_STAFF, ABSOLUTE_OF_STAFF),
                (~is_guest, IDLE, ABSOLUTE),
            )
        )
    )


def _hash(session_id: str) -> str:
    return hashlib.sha256(session_id.encode()).hexdigest()
