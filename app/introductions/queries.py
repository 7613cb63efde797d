"""Reading what members ask of sales: each member their own, and sales what concerns the accounts they look after."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Account, AccountOwner, Membership, Status
from app.accounts.queries import looked_after_by
from app.introductions.models import Introduction, Outcome
from app.kernel import clock
from app.kernel.db import db
from app.people.models import AuditEntry, Person, PersonRole, Role

READ = "introduction.read"
SHOWN = 50


@dataclass(frozen=True)
class OpenRequests:
    """How many requests wait for sales, and since when the oldest does; None where there is none."""

    count: int
    oldest_at: datetime | None


@dataclass(frozen=True)
class Reading:
    """A sales person has opened a request, with the contact in it."""

    introduction_id: int
    reader: str
    at: datetime


def visible_to(viewer: Person | None) -> Select[Introduction]:
    """What the viewer asked for; and for sales what is asked from accounts that they look after, or that nobody does.

    What a member has withdrawn, nobody but they themselves reads any more; nor what ended before, once the days are
    over for which it was asked.
    """
    if viewer is None:
        return select(Introduction).where(false())
    own = Introduction.person_id == viewer.id
    if not viewer.holds(Role.SALES):
        return select(Introduction).where(own)
    stands = and_(Introduction.outcome != Outcome.WITHDRAWN, Introduction.good_until > clock.now())
    return select(Introduction).where(or_(own, and_(stands, _asked_of(viewer))))


def for_sales(viewer: Person) -> Select[Introduction]:
    """What a sales person may read of others, with who asked and from which account, the oldest first."""
    rows = visible_to(viewer).where(Introduction.person_id != viewer.id)
    shown = joinedload(Introduction.person), joinedload(Introduction.account), joinedload(Introduction.ended_by)
    return rows.options(*shown).order_by(Introduction.made_at, Introduction.id)


def of_person(person: Person) -> Sequence[Introduction]:
    """What somebody has asked for, the newest first, with whoever ended it."""
    rows = select(Introduction).where(Introduction.person_id == person.id)
    rows = rows.options(joinedload(Introduction.ended_by), joinedload(Introduction.account))
    return db.session.scalars(rows.order_by(Introduction.id.desc()).limit(SHOWN)).all()


def readings_of(person: Person) -> dict[int, list[Reading]]:
    """Who has read what somebody asked for, and when, by request: as it stands in the trail."""
    rows = (
        select(AuditEntry.details, Person.name, AuditEntry.at)
        .join(Person, Person.id == AuditEntry.actor_id)
        .where(AuditEntry.about_id == person.id, AuditEntry.deed == READ)
        .order_by(AuditEntry.id)
    )
    found: dict[int, list[Reading]] = defaultdict(list)
    for details, reader, at in db.session.execute(rows):
        number = json.loads(details)["introduction"]
        found[number].append(Reading(number, reader, at))
    return found


def open_count_and_age() -> OpenRequests:
    """How many requests are open on the whole site, and when the oldest of them was made."""
    rows = select(func.count(), func.min(Introduction.made_at)).where(is_open())
    count, oldest_at = db.session.execute(rows).one()
    return OpenRequests(count, oldest_at)


def open_of(person: Person) -> Sequence[Introduction]:
    """What somebody asks for now, the oldest first."""
    rows = select(Introduction).where(Introduction.person_id == person.id, is_open())
    return db.session.scalars(rows.order_by(Introduction.id)).all()


def is_open() -> ColumnElement[bool]:
    """The condition of those that have not ended and are not too old."""
    return and_(Introduction.ended_at.is_(None), Introduction.good_until > clock.now())


def is_of_company() -> ColumnElement[bool]:
    """The condition of those whose member belongs to the account for which they asked, or asked for none."""
    there = Membership.person_id == Introduction.person_id, Membership.account_id == Introduction.account_id
    return or_(Introduction.account_id.is_(None), exists().where(*there, Membership.until.is_(None)))


def _asked_of(viewer: Person) -> ColumnElement[bool]:
    """From an account that the viewer looks after, or that nobody in sales does, if its member belongs there still."""
    theirs = looked_after_by(viewer).with_only_columns(Account.id)
    asked = or_(
        Introduction.account_id.in_(theirs),
        Introduction.account_id.is_(None),
        Introduction.account_id.not_in(_looked_after()),
    )
    return and_(asked, or_(Introduction.ended_at.is_not(None), is_of_company()))


def _looked_after() -> Select[int]:
    """The accounts that somebody in sales looks after now; partners stand in nobody's portfolio."""
    in_sales = exists().where(PersonRole.person_id == AccountOwner.person_id, PersonRole.role == Role.SALES)
    return (
        select(AccountOwner.account_id)
        .join(Account, Account.id == AccountOwner.account_id)
        .join(Person, Person.id == AccountOwner.person_id)
        .where(AccountOwner.until.is_(None), Account.status != Status.PARTNER, Person.active, in_sales)
    )
