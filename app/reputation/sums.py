"""The kept sums of the ledger: what each day of each person came to, and the total, on which board it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import aliased

from app.kernel.db import db
from app.people.models import PersonRole
from app.reputation.days import Entry, day_sum
from app.reputation.models import ReputationDay, ReputationEntry, ReputationTotal
from app.reputation.points import PRIVATE_KINDS, day_of

PersonDay = tuple[int, date]

# The columns of an Entry, in its order.
columns_of_lines = (
    ReputationEntry.id,
    ReputationEntry.at,
    ReputationEntry.person_id,
    ReputationEntry.kind,
    ReputationEntry.points,
    ReputationEntry.rule_version,
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
    return Entry(*(getattr(entry, column.key) for column in columns_of_lines))


def rebuild_sums(person_ids: Iterable[int]) -> None:
    """Write the days and totals of these people anew, from the ledger alone."""
    for person_id in sorted(set(person_ids)):
        settle_board(person_id)
        total = _lock_total(person_id)
        _write_days(person_id)
        _write_total(total)


def settle_board(person_id: int) -> None:
    """Let a person's total stand on the board of employees, or of members, as their roles are now."""
    total = db.session.get(ReputationTotal, person_id, with_for_update=True)
    if total is not None:
        total.is_employee = _is_employee(person_id)


def write_sums(days: Iterable[PersonDay]) -> None:
    """Write these days, and then the totals of their people, from the ledger."""
    touched: dict[int, set[date]] = defaultdict(set)
    for person_id, day in days:
        touched[person_id].add(day)
    for person_id in sorted(touched):
        total = _lock_total(person_id)
        # Whoever has been here for many years is not read as a whole for two days far apart.
        for _year, of_the_year in groupby(sorted(touched[person_id]), lambda day: day.year):
            _write_days(person_id, list(of_the_year))
        _write_total(total)


def _lock_total(person_id: int) -> ReputationTotal:
    """The person's total, so that nobody else sums up the same person until this transaction ends."""
    total = db.session.get(ReputationTotal, person_id, with_for_update=True)
    if total is None:
        total = ReputationTotal(person_id=person_id, points=0, is_employee=_is_employee(person_id))
        db.session.add(total)
        db.session.flush()
    return total


def _write_days(person_id: int, days: Sequence[date] | None = None) -> None:
    """Write these days of a person, which come in order, or all; in two reads, however many they are."""
    entered, kept = [ReputationEntry.person_id == person_id], [ReputationDay.person_id == person_id]
    if days:
        begins, ends = (datetime.combine(day, time(), UTC) for day in (days[0], days[-1] + timedelta(days=1)))
        entered += [ReputationEntry.at >= begins, ReputationEntry.at < ends]
        kept.append(ReputationDay.day.between(days[0], days[-1]))
    points = _points_by_day(*entered)
    rows = {row.day: row for row in db.session.scalars(select(ReputationDay).where(*kept))}
    for day in sorted(points.keys() | rows.keys()) if days is None else days:
        _write_day(person_id, day, rows.get(day), points.get(day))
    db.session.flush()


def _points_by_day(*conditions: ColumnElement[bool]) -> dict[date, int]:
    by_day: dict[date, list[Entry]] = defaultdict(list)
    public = standing_entries(*conditions, ReputationEntry.kind.not_in(PRIVATE_KINDS))
    lines: Any = db.session.execute(public.with_only_columns(*columns_of_lines))
    for row in lines:
        by_day[day_of(row.at)].append(Entry(*row))
    return {day: day_sum(entries).points for day, entries in by_day.items()}


def _write_day(person_id: int, day: date, kept: ReputationDay | None, points: int | None) -> None:
    """`points` is None for a day of which no entry stands."""
    if points is None:
        if kept is not None:
            db.session.delete(kept)
    elif kept is None:
        db.session.add(ReputationDay(person_id=person_id, day=day, points=points))
    else:
        kept.points = points


def _write_total(total: ReputationTotal) -> None:
    points = select(func.sum(ReputationDay.points)).where(ReputationDay.person_id == total.person_id)
    total.points = db.session.scalar(points) or 0


def _is_employee(person_id: int) -> bool:
    return bool(db.session.scalar(select(exists().where(PersonRole.person_id == person_id))))
