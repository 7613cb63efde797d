"""Won more often where people talk here more? Pairs of opportunities at companies of about the same size.

Only the size band is known. What a company spent the year before, where it is, and how well it knew us already are
not, so a difference says that the two went together, and no more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.accounts.models import Account
from app.affinity.cohort import FEWEST_FOR_A_NUMBER, is_rest_too_small
from app.affinity.models import AffinitySnapshot
from app.kernel.db import db
from app.kernel.settings import settings
from app.outcomes.comparison import Difference, e_value, newcombe
from app.outcomes.models import Opportunity, Result

HIGH, LOW = 35, 15
FEWEST_PAIRS = 10
# A snapshot comes every week; one older than this says little about the day of opening.
STALE_AFTER = timedelta(days=35)


class Case(NamedTuple):
    """A closed opportunity: the size band of its account, the affinity when it was opened, and whether it was won."""

    account_id: int
    size_band: str
    affinity: float
    opened_at: datetime
    was_won: bool


@dataclass(frozen=True)
class Compared:
    """Pairs, how many of each side were won, and whose they were, by the ids of the accounts."""

    pairs: int
    high_won: int
    low_won: int
    high_accounts: frozenset[int] = frozenset()
    low_accounts: frozenset[int] = frozenset()

    def is_enough(self, known: Collection[int] = ()) -> bool:
        """True from ten pairs on, of three accounts on each side.

        With fewer, or where one or two remain once a reader takes off the accounts that they have `known` all along, a
        side would say how much somebody else's account talks here, and what it bought.
        """
        sides = self.high_accounts, self.low_accounts
        return self.pairs >= FEWEST_PAIRS and all(_are_enough(accounts, known) for accounts in sides)

    @property
    def difference(self) -> Difference:
        """How far the high side lies above the low one, with its 95 % interval."""
        return newcombe(self.high_won, self.pairs, self.low_won, self.pairs)

    @property
    def explained_away_by(self) -> float | None:
        """The E-value; None where one side won nothing, so that there is no ratio, or where nothing is clear."""
        if not self.high_won or not self.low_won or not self.difference.is_clear:
            return None
        return e_value(self.high_won / self.low_won)


def compared(now: datetime) -> Compared:
    """Compare what was closed up to `now`, all of the site; nothing while the site measures nothing."""
    return pair(_cases(now) if settings().affinity_enabled else [])


def pair(cases: Sequence[Case]) -> Compared:
    """Pair cases of high and of low affinity within each size band, the latest ones first; each stands in one pair."""
    bands: dict[str, tuple[list[Case], list[Case]]] = defaultdict(lambda: ([], []))
    for case in sorted(cases, key=lambda case: case.opened_at, reverse=True):
        if case.affinity >= HIGH:
            bands[case.size_band][0].append(case)
        elif case.affinity < LOW:
            bands[case.size_band][1].append(case)
    pairs = [both for high, low in bands.values() for both in zip(high, low, strict=False)]
    highs, lows = [high for high, _ in pairs], [low for _, low in pairs]
    return Compared(
        pairs=len(pairs),
        high_won=sum(case.was_won for case in highs),
        low_won=sum(case.was_won for case in lows),
        high_accounts=frozenset(case.account_id for case in highs),
        low_accounts=frozenset(case.account_id for case in lows),
    )


def _are_enough(accounts: frozenset[int], known: Collection[int]) -> bool:
    return len(accounts) >= FEWEST_FOR_A_NUMBER and not is_rest_too_small(len(accounts.difference(known)))


def _cases(now: datetime) -> list[Case]:
    """Those whose size is known, and whose affinity at opening their report showed.

    Of any other, whoever looks after it could close a deal there and read on which side it comes.
    """
    earlier = aliased(AffinitySnapshot)
    last = (
        select(func.max(earlier.taken_at))
        .where(earlier.account_id == Opportunity.account_id, earlier.taken_at <= Opportunity.opened_at)
        .correlate(Opportunity)
        .scalar_subquery()
    )
    rows = (
        select(
            Account.id,
            Account.size_band,
            AffinitySnapshot.score,
            AffinitySnapshot.taken_at,
            Opportunity.opened_at,
            Opportunity.result,
        )
        .join(Account, Account.id == Opportunity.account_id)
        .join(AffinitySnapshot, AffinitySnapshot.account_id == Opportunity.account_id)
        .where(AffinitySnapshot.taken_at == last, Account.size_band.is_not(None))
        .where(AffinitySnapshot.active_people >= FEWEST_FOR_A_NUMBER, AffinitySnapshot.withheld.is_(False))
        .where(Opportunity.result != Result.OPEN, Opportunity.closed_at <= now)
        .order_by(Opportunity.id)
    )
    return [
        Case(account_id, band, score, opened_at, result == Result.WON)
        for account_id, band, score, taken_at, opened_at, result in db.session.execute(rows)
        if band and opened_at - taken_at < STALE_AFTER
    ]
