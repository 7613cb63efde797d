"""Browsers that are signed in. The browser keeps a random id, the database only its hash."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, exists, select, update

from app.kernel import clock
from app.kernel.db import db
from app.people.models import Person, PersonRole, StoredSession

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


def keep(session_id: str, *, data: str, person_key: str | None, is_new: bool, identity_id: int | None = None) -> None:
    """Store a session. `person_key` is the fs_uniquifier of whoever is signed in, `identity_id` how they came.

    One that is not new and no longer stored was ended meanwhile, and stays so.
    """
    moment = clock.now()
    session = db.session.scalar(select(StoredSession).where(StoredSession.id_hash == _hash(session_id)))
    if session is None:
        if not is_new:
            return
        session = StoredSession(id_hash=_hash(session_id), created_at=moment)
        db.session.add(session)
    session.data = data
    session.seen_at = moment
    session.person_id = db.session.scalar(select(Person.id).where(Person.fs_uniquifier == person_key))
    session.identity_id = identity_id
    db.session.flush()


def change_id(old: str, new: str) -> None:
    """Give a session another id; the old one is worth nothing from then on."""
    db.session.execute(update(StoredSession).where(StoredSession.id_hash == _hash(old)).values(id_hash=_hash(new)))


def note_use(session_id: str) -> None:
    """Remember that the session was used a moment ago."""
    used = update(StoredSession).where(StoredSession.id_hash == _hash(session_id))
    db.session.execute(used.values(seen_at=clock.now()))


def end(session_id: str) -> None:
    """End one session."""
    db.session.execute(delete(StoredSession).where(StoredSession.id_hash == _hash(session_id)))


def end_all_of(person: Person) -> None:
    """End every session of `person`, and make what their cookies hold worthless."""
    person.fs_uniquifier = secrets.token_hex(32)
    db.session.execute(delete(StoredSession).where(StoredSession.person_id == person.id))


def drop_old() -> None:
    """Remove what nobody can use any more."""
    moment = clock.now()
    is_guest = StoredSession.person_id.is_(None)
    is_staff = exists().where(PersonRole.person_id == StoredSession.person_id)
    for whose, idle, absolute in (
        (is_guest, IDLE_OF_GUESTS, ABSOLUTE),
        (is_staff, IDLE_OF_STAFF, ABSOLUTE_OF_STAFF),
        (~is_guest, IDLE, ABSOLUTE),
    ):
        old = (StoredSession.seen_at < moment - idle) | (StoredSession.created_at < moment - absolute)
        db.session.execute(delete(StoredSession).where(whose, old), execution_options={"synchronize_session": False})


def _hash(session_id: str) -> str:
    return hashlib.sha256(session_id.encode()).hexdigest()
