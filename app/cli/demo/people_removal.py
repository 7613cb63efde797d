"""Taking people away whose texts, votes and accounts are gone already, as each table says it wants it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import Column, Table, delete, select, update

from app.kernel.db import db
from app.people.models import Erasure, Person

FORMER_MEMBER = "Former member"


def remove_people(ids: Collection[int]) -> None:
    """Remove these people.

    Whoever has edited what somebody else wrote, or opened the report of somebody else's account, leaves a trace that
    is not ours to rub out: of them a former member without a name stays.
    """
    for table, column in _columns_to_people(Erasure.DELETED):
        db.session.execute(delete(table).where(column.in_(ids)))
    for table, column in _columns_to_people(Erasure.EMPTIED):
        db.session.execute(update(table).where(column.in_(ids)).values({column.name: None}))
    db.session.expire_all()
    former = _still_named(ids)
    for person in db.session.scalars(select(Person).where(Person.id.in_(former))):
        _make_nameless(person)
    db.session.flush()
    db.session.execute(delete(Person).where(Person.id.in_(set(ids) - former)))


def _still_named(ids: Collection[int]) -> set[int]:
    named: set[int] = set()
    for _table, column in _columns_to_people(Erasure.KEPT):
        named.update(db.session.scalars(select(column).where(column.in_(ids)).distinct()))
    return named


def _make_nameless(person: Person) -> None:
    person.handle = person.handle_skeleton = f"former-{person.id}"
    person.name = FORMER_MEMBER
    person.email = person.email_domain = person.password = person.photo = person.confirmed_at = None
    person.job_title = person.about = person.away_note = person.interests = person.learning = person.city = ""
    person.time_zone = person.desk_days = ""
    person.away_until = person.works_here_since = person.desk_from = person.desk_to = None
    person.pace_shown = person.findable = False
    person.active = False


def _columns_to_people(erasure: Erasure) -> Iterator[tuple[Table, Column[int]]]:
    """Every column that points to a person and wants this when the person goes; rows that others need come last."""
    for table in reversed(db.metadata.sorted_tables):
        for column in table.columns:
            if column.info.get("erasure") == erasure.value:
                yield table, column
