"""The kept sums of the ledger: what each day of each person came to, and the total, on which board it stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import aliased

from app.kernel.db import db
from app.people.models import PersonRole
from app.reputation.models import ReputationDay, ReputationEntry, ReputationTotal
from app.reputation.points import Entry, day_of, day_sum

PersonDay = tuple[int, date]

# The columns of an Entry, in its order.
columns_of_lines = (
    ReputationEntry.id,
    ReputationEntry.at,
    ReputationEntry.person_id,
    ReputationEntry.kind,
    ReputationEntry.points,
    ReputationEntry.reverses_id,
    ReputationEntry.nth,
)


def standing_entries(*conditions: ColumnElement[bool]) -> Select[ReputationEntry]:
    """Entries that count: neither reversals nor reversed."""
    reversal = aliased(ReputationEntry)
    return (
        select(ReputationEntry)
        .outerjoin(reversal, reversal.reverses_id == ReputationEntry.id)
        .where(ReputationEntry.reverses_id.is_(None), reversal.id.is_(None), *conditions)
    )


def as_line(entry: ReputationEntry) -> Entry:
    """The entry as the arithmetic of points sees it."""
    return Entry(entry.id, entry.at, entry.person_id, entry.kind, entry.points, entry.reverses_id, entry.nth)


def rebuild_sums(person_ids: Iterable[int]) -> None:
    """Write the days and totals of these people anew, from the ledger alone."""
    for person_id in sorted(set(person_ids)):
        settle_board(person_id)
        _lock_total(person_id)
        days = {day_of(entry.at) for entry in db.session.scalars(standing_entries(_of(person_id)))}
        kept = db.session.scalars(select(ReputationDay.day).where(ReputationDay.person_id == person_id))
        write_sums({(person_id, day) for day in days.union(kept)})


def settle_board(person_id: int) -> None:
    """Let a person's total stand on the board of employees, or of members, as their roles are now."""
    total = db.session.get(ReputationTotal, person_id, with_for_update=True)
    if total is not None:
        total.is_employee = _is_employee(person_id)


def write_sums(days: Iterable[PersonDay]) -> None:
    """Write these days, and then the totals of their people, from the ledger."""
    touched = set(days)
    for person_id in sorted({person_id for person_id, _day in touched}):
        total = _lock_total(person_id)
        for _person_id, day in sorted(one for one in touched if one[0] == person_id):
            _write_day(person_id, day)
        db.session.flush()
        points = select(func.sum(ReputationDay.points)).where(ReputationDay.person_id == person_id)
        total.points = db.session.scalar(points) or 0


def _lock_total(person_id: int) -> ReputationTotal:
    """The person's total, so that nobody else sums up the same person until this transaction ends."""
    total = db.session.get(ReputationTotal, person_id, with_for_update=True)
    if total is None:
        total = ReputationTotal(person_id=person_id, points=0, is_employee=_is_employee(person_id))
        db.session.add(total)
        db.session.flush()
    return total


def _write_day(person_id: int, day: date) -> None:
    begins = datetime.combine(day, time(), UTC)
    on_the_day = (ReputationEntry.at >= begins, ReputationEntry.at < begins + timedelta(days=1))
    entries = db.session.scalars(standing_entries(_of(person_id), *on_the_day)).all()
    kept = db.session.get(ReputationDay, (person_id, day))
    if kept is not None and not entries:
        db.session.delete(kept)
        return
    if kept is None and entries:
        kept = ReputationDay(person_id=person_id, day=day)
        db.session.add(kept)
    if kept is not None:
        kept.points = day_sum(as_line(entry) for entry in entries)


def _is_employee(person_id: int) -> bool:
    return bool(db.session.scalar(select(exists().where(PersonRole.person_id == person_id))))


def _of(person_id: int) -> ColumnElement[bool]:
    return ReputationEntry.person_id == person_id
