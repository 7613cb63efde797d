"""One month on one page, for whoever answers for several accounts: from stored snapshots and alerts alone.

Everything here adds up what the reports of the reader's own accounts show, as they show it. So no total holds anything
that the reports do not say, and none can be taken from another to learn about an account that shows nothing.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, func, select

from app.accounts.models import Account
from app.accounts.queries import parents_of
from app.affinity import cohort
from app.affinity.alerts import ROLLED_UP, nearest_report, on_reports_of
from app.affinity.figures import Figures, Report, from_text
from app.affinity.models import AffinitySnapshot, Alert
from app.affinity.queries import snapshots_visible_to, visible_to
from app.kernel.db import db
from app.people.models import Person

WAITED_LONGEST = 5
# A median over fewer accounts would be the one of a single account.
FEWEST_FOR_MEDIAN = 3


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """An account whose people waited: half of their questions had an expert's answer within `hours`.

    `hours` is None where none was answered; `overdue` says how many alerts of a question open over three days rose.
    """

    account: Account
    hours: float | None
    overdue: int


@dataclass(frozen=True, kw_only=True)
class Month:
    """The reader's accounts at the end of a month. Totals add up what each account shows, and nothing else.

    `bands` counts accounts by band, `moved_up` and `moved_down` are accounts that changed it since the month before.
    `asked`, `solved`, `helped` and `articles` are in fives (“at least”), over the accounts that show figures, `counted`
    of them; those of subsidiaries are part of those above. `raised` and `settled` count alerts of the month by kind
    (app.affinity.alerts.AlertKind).
    """

    first_day: datetime
    taken_at: datetime | None
    accounts: int
    counted: int
    bands: Mapping[str, int]
    moved_up: Sequence[Account]
    moved_down: Sequence[Account]
    waited_longest: Sequence[Waiting]
    median_hours: float | None
    asked: int
    solved: int
    helped: int
    articles: int
    raised: Mapping[str, int]
    settled: Mapping[str, int]


def month(viewer: Person, year: int, month: int) -> Month | None:
    """The summary of one calendar month (UTC) for `viewer`; None where no snapshot of it is theirs to read."""
    begins, ends = _limits(year, month)
    accounts = {account.id: account for account in db.session.scalars(visible_to(viewer).order_by(Account.name))}
    last = _last_reports(viewer, AffinitySnapshot.taken_at >= begins, AffinitySnapshot.taken_at < ends)
    if not last:
        return None
    before = _last_reports(viewer, AffinitySnapshot.taken_at < begins)
    figures = {one: report.figures for one, (_at, report) in last.items() if report.figures is not None}
    tops = _without_subsidiaries(figures)
    moves = {one: _move(before[one][1], report) for one, (_at, report) in last.items() if one in before}
    hours = [one.service.first_answer_hours for one in figures.values() if one.service.first_answer_hours is not None]
    return Month(
        first_day=begins,
        taken_at=max(at for at, _report in last.values()),
        accounts=len(last),
        counted=len(tops),
        bands={band: sum(report.band == band for _at, report in last.values()) for band in cohort.BANDS},
        moved_up=[account for one, account in accounts.items() if moves.get(one, 0) > 0],
        moved_down=[account for one, account in accounts.items() if moves.get(one, 0) < 0],
        waited_longest=_waited_longest(accounts, figures, _overdue(accounts, begins, ends)),
        median_hours=cohort.in_halves(statistics.median(hours)) if len(hours) >= FEWEST_FOR_MEDIAN else None,
        asked=sum(one.service.asked for one in tops),
        solved=sum(one.service.solved for one in tops),
        helped=sum(one.helped for one in tops),
        articles=sum(one.articles for one in tops),
        raised=_by_kind(accounts, Alert.raised_at >= begins, Alert.raised_at < ends),
        settled=_by_kind(accounts, Alert.settled_at >= begins, Alert.settled_at < ends),
    )


def _limits(year: int, month: int) -> tuple[datetime, datetime]:
    """When a month begins, and when the next one does."""
    after = (year + 1, 1) if month == 12 else (year, month + 1)
    return datetime(year, month, 1, tzinfo=UTC), datetime(*after, 1, tzinfo=UTC)


def _last_reports(viewer: Person, *when: ColumnElement[bool]) -> dict[int, tuple[datetime, Report]]:
    """The last report of each account of the reader in a time, by account id, and when it was made."""
    last = select(AffinitySnapshot.account_id, func.max(AffinitySnapshot.taken_at).label("taken_at")).where(*when)
    last_of = last.group_by(AffinitySnapshot.account_id).subquery()
    same = AffinitySnapshot.account_id == last_of.c.account_id, AffinitySnapshot.taken_at == last_of.c.taken_at
    rows = snapshots_visible_to(viewer).join(last_of, same[0] & same[1])
    return {one.account_id: (one.taken_at, from_text(one.report)) for one in db.session.scalars(rows)}


def _without_subsidiaries(figures: Mapping[int, Figures]) -> list[Figures]:
    """Those that no other one of them holds already: what subsidiaries did is counted above them too."""
    above = parents_of(figures)
    return [one for account_id, one in figures.items() if figures.keys().isdisjoint(above[account_id])]


def _move(before: Report, now: Report) -> int:
    return cohort.BANDS.index(now.band) - cohort.BANDS.index(before.band)


def _overdue(account_ids: Mapping[int, Account], begins: datetime, ends: datetime) -> dict[int, int]:
    """How many alerts of questions that wait too long rose, by account: each once, at the nearest of these accounts."""
    rows = select(Alert.account_id, func.count()).where(on_reports_of(account_ids), Alert.kind == ROLLED_UP)
    rows = rows.where(Alert.raised_at >= begins, Alert.raised_at < ends).group_by(Alert.account_id)
    rose = {account_id: count for account_id, count in db.session.execute(rows)}
    found = Counter[int]()
    for account_id, report in nearest_report(rose, account_ids).items():
        found[report] += rose[account_id]
    return found


def _waited_longest(
    accounts: Mapping[int, Account], figures: Mapping[int, Figures], overdue: Mapping[int, int]
) -> list[Waiting]:
    """Where customers waited: questions that were left open first, then the longest median."""
    found = []
    for account_id, account in accounts.items():
        hours = figures[account_id].service.first_answer_hours if account_id in figures else None
        if hours is not None or account_id in overdue:
            found.append(Waiting(account=account, hours=hours, overdue=overdue.get(account_id, 0)))
    return sorted(found, key=lambda one: (-one.overdue, -(one.hours or 0)))[:WAITED_LONGEST]


def _by_kind(account_ids: Mapping[int, Account], *when: ColumnElement[bool]) -> dict[str, int]:
    rows = select(Alert.kind).where(on_reports_of(account_ids), *when)
    return dict(Counter(db.session.scalars(rows)))
