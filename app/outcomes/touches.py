"""What happened here before an opportunity closed, from what is kept of its account.

Nobody types these touches. They are told by the week, as everything else that sales reads about a company, and the time
that is looked at is cut at whole weeks: whoever opens or closes an opportunity chooses its dates, and could try one day
after the other to find out when somebody wrote. They are not read from the events as these stand: see
app.outcomes.keeping. People who do not want to be counted are not among them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import select

from app.kernel.clock import monday_of
from app.kernel.db import db
from app.kernel.settings import settings
from app.outcomes.attribution import Rule, community_part
from app.outcomes.keeping import Deed, from_text
from app.outcomes.models import KeptHistory, Opportunity, OtherTouch, StageChange
from app.outcomes.rules import LOOKED_BACK

CONVERSATION, MEETING = "conversation", "meeting"
# What it takes to speak of influence: so many conversations, or one meeting, by so many people.
CONVERSATIONS_NEEDED, PEOPLE_NEEDED = 2, 2


class Kept(NamedTuple):
    """What is kept of an account: whether its opportunities may tell of it, and every deed."""

    is_told: bool
    deeds: Sequence[Deed]


@dataclass(frozen=True)
class Touch:
    """Something that touched an opportunity, in the week that begins on `week` (a Monday, 0:00 UTC)."""

    week: datetime
    kind: str
    is_here: bool
    words: str = ""
    id: int = 0


@dataclass(frozen=True)
class Touched:
    """Everything that touched one opportunity, up to its close or up to now.

    `is_known` is False until the first snapshot of the account. `enough_people` is True where at least three people of
    the account ever took part, and where what is shown of a company above leaves no rest of one or two; else what
    happened here stands in the totals of the site alone. `influenced` is defined by `is_influence`.
    """

    until: datetime
    here: Sequence[Touch]
    elsewhere: Sequence[Touch]
    is_known: bool
    enough_people: bool
    influenced: bool

    @property
    def all(self) -> list[Touch]:
        """Those of both kinds, by time."""
        return sorted((*self.here, *self.elsewhere), key=lambda touch: touch.week)

    def weights(self, rule: Rule) -> list[float]:
        """What `rule` gives to each of `all`."""
        end = monday_of(self.until)
        return rule([days_between(one.week, end) for one in self.all])

    def part_of(self, amount: int, rule: Rule) -> int:
        """What `rule` credits to the community of an amount, in cents; nothing where nothing was influenced."""
        if not self.influenced:
            return 0
        end = monday_of(self.until)
        return community_part(amount, rule, [(days_between(one.week, end), one.is_here) for one in self.all])


def touched(opportunities: Sequence[Opportunity], now: datetime) -> dict[int, Touched]:
    """What touched each of these, by id, in a constant number of queries."""
    ids = [one.id for one in opportunities]
    histories, stages, typed = _histories({one.account_id for one in opportunities}), _stages(ids), _typed(ids)
    found = {}
    for one in opportunities:
        kept, until = histories.get(one.account_id), one.closed_at or now
        inside = _within(kept.deeds if kept else [], one.opened_at - LOOKED_BACK, until)
        found[one.id] = Touched(
            until=until,
            here=_touches(inside),
            elsewhere=[touch for touch in typed[one.id] if touch.week <= until],
            is_known=kept is not None,
            enough_people=kept is not None and kept.is_told,
            influenced=is_influence(inside, one.opened_at, stages[one.id]),
        )
    return found


def is_influence(deeds: Collection[Deed], opened_at: datetime, stages: Sequence[datetime]) -> bool:
    """True for two conversations or one meeting, by two people or more, of which one counts.

    One counts that was before the week in which the opportunity was opened, or between two changes of its stage, from
    the week of the first to that of the last.
    """
    meets = any(deed.is_meeting for deed in deeds)
    if not meets and len({deed.place for deed in deeds}) < CONVERSATIONS_NEEDED:
        return False
    if len({deed.person for deed in deeds}) < PEOPLE_NEEDED:
        return False
    opened, between = _week(opened_at), sorted(map(_week, stages))
    return any(deed.week < opened or (len(between) > 1 and between[0] <= deed.week <= between[-1]) for deed in deeds)


def days_between(week: datetime, end: datetime) -> float:
    """From one Monday to another: whole weeks, in days."""
    return float((end - week).days)


def _week(moment: datetime) -> int:
    """The week of a moment as deeds have theirs."""
    return monday_of(moment).toordinal()


def _within(deeds: Iterable[Deed], begins: datetime, until: datetime) -> list[Deed]:
    first, last = _week(begins), _week(until)
    return [deed for deed in deeds if first <= deed.week <= last]


def _touches(deeds: Iterable[Deed]) -> list[Touch]:
    """One for each thread or meeting, in the week in which it began to touch the opportunity."""
    first: dict[int, Deed] = {}
    for deed in sorted(deeds):
        first.setdefault(deed.place, deed)
    found = [
        Touch(
            datetime.fromordinal(deed.week).replace(tzinfo=UTC),
            MEETING if deed.is_meeting else CONVERSATION,
            is_here=True,
        )
        for deed in first.values()
    ]
    return sorted(found, key=lambda touch: (touch.week, touch.kind))


def _histories(account_ids: Collection[int]) -> Mapping[int, Kept]:
    """What is kept of these accounts; of none while the site measures nothing."""
    if not settings().affinity_enabled:
        return {}
    columns = KeptHistory.account_id, KeptHistory.is_told, KeptHistory.deeds
    rows = db.session.execute(select(*columns).where(KeptHistory.account_id.in_(account_ids)))
    return {account_id: Kept(is_told, from_text(deeds)) for account_id, is_told, deeds in rows}


def _stages(ids: Collection[int]) -> Mapping[int, list[datetime]]:
    rows = select(StageChange.opportunity_id, StageChange.at).where(StageChange.opportunity_id.in_(ids))
    found: dict[int, list[datetime]] = defaultdict(list)
    for opportunity_id, at in db.session.execute(rows):
        found[opportunity_id].append(at)
    return found


def _typed(ids: Collection[int]) -> Mapping[int, list[Touch]]:
    rows = select(OtherTouch).where(OtherTouch.opportunity_id.in_(ids)).order_by(OtherTouch.at, OtherTouch.id)
    found: dict[int, list[Touch]] = defaultdict(list)
    for one in db.session.scalars(rows):
        found[one.opportunity_id].append(Touch(monday_of(one.at), one.channel, False, one.words, one.id))
    return found
