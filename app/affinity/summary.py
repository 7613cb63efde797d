"""One month on one page, for whoever answers for several accounts: from stored snapshots and alerts alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.accounts.models import Account
from app.people.models import Person


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
    `asked`, `solved` and `helped` are in fives (“at least”), over the accounts that show figures: `counted` of them.
    `raised` and `settled` count alerts of the month by kind (app.affinity.alerts.AlertKind).
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
    return None
