"""Finding one person for an admin: never a list of members, and nothing that tells an address."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, or_, select, union_all

from app.kernel.clock import monday_of
from app.kernel.db import db
from app.kernel.errors import RuleBroken
from app.people import names, queries, sessions
from app.people.handles import skeleton
from app.people.models import Identity, KeptHandle, Passkey, Person, SignIn, StoredSession

MOST = 10
SHORTEST = 3


@dataclass(frozen=True, kw_only=True)
class Found:
    """Whom a look-up found, and by what: "address", "handle" or "name"."""

    people: Sequence[Person]
    by: str


@dataclass(frozen=True, kw_only=True)
class WaysIn:
    """By what somebody can sign in, and in how many browsers they are signed in now."""

    password: bool
    issuers: Sequence[str]
    passkeys: int
    second_factor: bool
    sessions: int


def find(words: str) -> Found:
    """One person by exact address or handle, or up to MOST whose name begins so. Raises RuleBroken."""
    words = " ".join(words.split())
    if "@" in words.removeprefix("@"):
        return Found(people=_listed(queries.find_by_address(words)), by="address")
    person = db.session.scalar(queries.with_handle(words.removeprefix("@")))
    if person is not None or words.startswith("@"):
        return Found(people=_listed(person or _once_called(words.removeprefix("@"))), by="handle")
    if len(words) < SHORTEST:
        raise RuleBroken(f"Enter at least {SHORTEST} letters of the name, or the whole handle or address.")
    return Found(people=_called(words), by="name")


def last_weeks(ids: Collection[int]) -> dict[int, datetime]:
    """The Monday of the week in which each of these people was last here; those who never were are left out."""
    seen = union_all(
        select(StoredSession.person_id.label("id"), StoredSession.seen_at.label("at")).where(
            StoredSession.person_id.in_(ids)
        ),
        select(SignIn.person_id, SignIn.at).where(SignIn.person_id.in_(ids)),
    ).subquery()
    rows = select(seen.c.id, func.max(seen.c.at, type_=StoredSession.seen_at.type)).group_by(seen.c.id)
    return {person_id: monday_of(at) for person_id, at in db.session.execute(rows)}


def with_second_factor(ids: Collection[int]) -> set[int]:
    """Those of these people who have a second factor: a code generator or a passkey."""
    has_passkey = exists().where(Passkey.user_id == Person.id)
    rows = select(Person.id).where(Person.id.in_(ids), or_(Person.tf_primary_method.is_not(None), has_passkey))
    return set(db.session.scalars(rows))


def ways_in(person: Person) -> WaysIn:
    """By what `person` can sign in."""
    issuers = select(Identity.issuer).where(Identity.person_id == person.id, Identity.ended_at.is_(None))
    passkeys = select(func.count()).select_from(Passkey).where(Passkey.user_id == person.id)
    return WaysIn(
        password=person.password is not None,
        issuers=db.session.scalars(issuers.order_by(Identity.id)).all(),
        passkeys=db.session.scalar(passkeys) or 0,
        second_factor=bool(with_second_factor([person.id])),
        sessions=len(sessions.of_person(person)),
    )


def _once_called(handle: str) -> Person | None:
    rows = select(Person).join(KeptHandle, KeptHandle.person_id == Person.id)
    return db.session.scalar(rows.where(KeptHandle.skeleton == skeleton(handle)))


def _called(words: str) -> Sequence[Person]:
    begins = func.lower(Person.name).startswith(words.lower(), autoescape=True)
    alike = names.skeleton(words)
    if len(alike) >= SHORTEST:
        begins |= Person.name_skeleton.startswith(alike, autoescape=True)
    return db.session.scalars(select(Person).where(begins).order_by(Person.name, Person.id).limit(MOST)).all()


def _listed(person: Person | None) -> Sequence[Person]:
    return [person] if person is not None else []
