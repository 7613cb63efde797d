"""What is so at a moment that somebody should know of it: read from stored snapshots and from what is public now."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import case, func, select

from app.accounts.models import Account, Status
from app.accounts.queries import below
from app.affinity import queries
from app.affinity.alerts import AlertKind
from app.affinity.cohort import FEWEST_FOR_A_NUMBER
from app.affinity.figures import Figures, from_text
from app.affinity.models import AffinityEvent, AffinitySnapshot, MeasuringDue
from app.kernel.db import db

FALLS_FROM = -10
# It has to recover by this much before a new fall is told.
FALLS_UNTIL = -5
NEWS_FOR = timedelta(days=30)
QUIET_AFTER = timedelta(days=120)


@dataclass(frozen=True, kw_only=True)
class Condition:
    """Something about an account that is worth an alert, or without `begins` no more than keeping one that stands.

    `cause` names it once and for all.
    """

    account_id: int
    kind: AlertKind
    cause: str
    begins: bool = True
    question_id: int | None = None


def conditions(now: datetime) -> list[Condition]:
    """Everything that is so at `now`, about customers. Only reads."""
    customers = set(db.session.scalars(select(Account.id).where(Account.status != Status.PARTNER)))
    times = _first_times()
    found = [*_of_snapshots(now, times), *_overdue(now), *_quiet(now, customers & times.keys(), times)]
    return [one for one in found if one.account_id in customers]


@dataclass(frozen=True)
class FirstTimes:
    """When an account was measured first, and first with a number that readers saw (None: never)."""

    measured: datetime
    shown: datetime | None


def _first_times() -> dict[int, FirstTimes]:
    has_number = (AffinitySnapshot.active_people >= FEWEST_FOR_A_NUMBER) & AffinitySnapshot.withheld.is_(False)
    enough = case((has_number, AffinitySnapshot.taken_at))
    rows = select(AffinitySnapshot.account_id, func.min(AffinitySnapshot.taken_at), func.min(enough))
    return {
        row[0]: FirstTimes(row[1], row[2]) for row in db.session.execute(rows.group_by(AffinitySnapshot.account_id))
    }


def _of_snapshots(now: datetime, times: Mapping[int, FirstTimes]) -> Iterator[Condition]:
    for account_id, snapshot in queries.latest(select(AffinitySnapshot)).items():
        figures = from_text(snapshot.report).figures
        if figures is not None:
            yield from _of_figures(account_id, figures, snapshot.taken_at.date())
            yield from _news(account_id, figures, now)
            yield from _reached_three(account_id, times[account_id], now)


def _of_figures(account_id: int, figures: Figures, day: date) -> Iterator[Condition]:
    if figures.change is not None and figures.change <= FALLS_UNTIL:
        begins = figures.change <= FALLS_FROM
        yield Condition(account_id=account_id, kind=AlertKind.FALLING, cause=f"{day}", begins=begins)
    if figures.rests_on_one:
        yield Condition(account_id=account_id, kind=AlertKind.KEY_PERSON, cause=f"{day}")


def _news(account_id: int, figures: Figures, now: datetime) -> Iterator[Condition]:
    """What they did for others, by the week: how often, and who, cannot be told from it."""
    week = figures.gave_in_week
    if week is not None and now.date() - date.fromisoformat(week) <= NEWS_FOR:
        yield Condition(account_id=account_id, kind=AlertKind.ADVOCACY, cause=week)


def _reached_three(account_id: int, times: FirstTimes, now: datetime) -> Iterator[Condition]:
    """Told once, of accounts that had fewer before: not of those that had enough when they were measured first."""
    if times.shown is not None and times.measured < times.shown and now - times.shown <= NEWS_FOR:
        yield Condition(account_id=account_id, kind=AlertKind.REACHED_THREE, cause="first")


def _overdue(now: datetime) -> Iterator[Condition]:
    """Public questions that name their company and wait for too long."""
    for question_id, account_id in queries.overdue_questions(now):
        cause = f"question:{question_id}"
        yield Condition(account_id=account_id, kind=AlertKind.OVERDUE, cause=cause, question_id=question_id)


def _quiet(now: datetime, account_ids: Collection[int], times: Mapping[int, FirstTimes]) -> Iterator[Condition]:
    """Accounts that had three active people once, and of whose people nothing was seen since.

    Where somebody has just left the count, or come back, nothing changes before the reports do, at night: else the one
    whose words were the last to be heard would be known.
    """
    last = select(AffinityEvent.account_id, func.max(AffinityEvent.at)).where(AffinityEvent.at <= now)
    last_of = {row[0]: row[1] for row in db.session.execute(last.group_by(AffinityEvent.account_id))}
    waiting = set(db.session.scalars(select(MeasuringDue.account_id)))
    had_enough = {account_id for account_id in account_ids if times[account_id].shown is not None}
    for account_id in sorted(had_enough & waiting):
        yield Condition(account_id=account_id, kind=AlertKind.QUIET, cause="as before", begins=False)
    for account_id, members in below(had_enough - waiting).items():
        heard = max((last_of[one] for one in members if one in last_of), default=None)
        if heard is not None and now - heard > QUIET_AFTER:
            yield Condition(account_id=account_id, kind=AlertKind.QUIET, cause=f"since {heard.date()}")
