"""Counting who stands on the boards, from the days and totals that are kept of everybody. For the worker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Subquery, delete, func, insert, select

from app.kernel import clock
from app.kernel.db import db
from app.people.models import Person
from app.reputation.boards import COUNT_ID, SHOWN, Period, begins, last_count, may_stand
from app.reputation.models import BoardCount, BoardPlace, ReputationDay, ReputationEntry, ReputationTotal

LONGEST_UNCOUNTED = timedelta(hours=1)
"""After this it is counted in any case: who may stand on a board changes without an entry in the ledger too."""


@dataclass(frozen=True)
class Standing:
    """One row of `board_places`."""

    period: Period
    is_employee: bool
    place: int
    person_id: int
    points: int


@dataclass(frozen=True)
class Counted:
    """All boards, as they were at a moment."""

    at: datetime
    newest_entry_id: int
    standings: tuple[Standing, ...]


def is_due() -> bool:
    """True where points were entered since the boards were last counted, a month has begun, or an hour has passed."""
    last, now = last_count(), clock.now()
    if last is None or now - last.counted_at >= LONGEST_UNCOUNTED:
        return True
    has_month_begun = begins(Period.MONTH, last.counted_at) != begins(Period.MONTH, now)
    return has_month_begun or last.newest_entry_id != _newest_entry_id()


def count() -> Counted:
    """Who stands where now. Reads every sum of a day since the year began, so no page may ask for it."""
    now, newest = clock.now(), _newest_entry_id()
    boards = [(period, employees) for period in Period for employees in (True, False)]
    found = [one for period, employees in boards for one in _standings(period, employees, now)]
    return Counted(now, newest, tuple(found))


def keep(counted: Counted) -> None:
    """Let the boards be these."""
    last = db.session.get(BoardCount, COUNT_ID, with_for_update=True)
    if last is None:
        last = BoardCount(id=COUNT_ID)
        db.session.add(last)
    last.counted_at, last.newest_entry_id = counted.at, counted.newest_entry_id
    # Another worker that counts at the same time waits here until this one has written its places.
    db.session.flush()
    db.session.execute(delete(BoardPlace))
    rows = [vars(standing) for standing in counted.standings]
    if rows:
        db.session.execute(insert(BoardPlace), rows)


def forget() -> None:
    """Keep no board, and nothing that says there was one."""
    db.session.execute(delete(BoardPlace))
    db.session.execute(delete(BoardCount))


def _standings(period: Period, employees: bool, now: datetime) -> Iterator[Standing]:
    """The 20 people who earned most in the period, the most first; of equals, who has been here longer."""
    earned = _earned(period, now)
    rows = (
        select(Person.id, earned.c.points)
        .join(earned, Person.id == earned.c.person_id)
        .where(earned.c.is_employee.is_(employees), earned.c.points > 0, may_stand(employees=employees))
        .order_by(earned.c.points.desc(), Person.id)
        .limit(SHOWN)
    )
    for place, (person_id, points) in enumerate(db.session.execute(rows), start=1):
        yield Standing(period, employees, place, person_id, int(points))


def _earned(period: Period, now: datetime) -> Subquery:
    """Person, points and whether they are an employee."""
    first = begins(period, now)
    if first is None:
        return select(ReputationTotal.person_id, ReputationTotal.points, ReputationTotal.is_employee).subquery()
    points = func.sum(ReputationDay.points).label("points")
    days = select(ReputationDay.person_id, points).where(ReputationDay.day >= first)
    summed = days.group_by(ReputationDay.person_id).subquery()
    total = ReputationTotal.person_id == summed.c.person_id
    return select(summed, ReputationTotal.is_employee).join(ReputationTotal, total).subquery()


def _newest_entry_id() -> int:
    return db.session.scalar(select(func.max(ReputationEntry.id))) or 0
