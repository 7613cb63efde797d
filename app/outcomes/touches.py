"""What happened here before an opportunity closed, derived from the dated public events of its account.

Nobody types these touches. They are told by the week, as everything else that sales reads about a company, and only
up to the last snapshot, and the time that is looked at is cut at whole weeks: whoever opens or closes an opportunity
chooses its dates, and could try one day after the other to find out when somebody wrote. People who do not want to be
counted are not among the events.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from app.accounts import queries as accounts
from app.affinity.cohort import FEWEST_FOR_A_NUMBER, is_rest_too_small
from app.affinity.models import AffinityEvent, AffinitySnapshot
from app.kernel.clock import monday_of
from app.kernel.db import db
from app.kernel.settings import settings
from app.outcomes.attribution import Rule, community_part
from app.outcomes.models import Opportunity, OtherTouch, StageChange
from app.outcomes.rules import LOOKED_BACK

CONVERSATION, MEETING = "conversation", "meeting"
# What it takes to speak of influence: so many conversations, or one meeting, by so many people.
CONVERSATIONS_NEEDED, PEOPLE_NEEDED = 2, 2
WEEK = timedelta(days=7)


class Deed(NamedTuple):
    """One event: in which thread or meeting, of which kind that is, by whom (an opaque key), and when."""

    account_id: int
    place: str
    kind: str
    person: str
    at: datetime


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

    `enough_people` is True where at least three people of the account ever took part, and where what is shown of a
    company above leaves no rest of one or two; else what happened here stands in the totals of the site alone.
    `influenced` is defined by `is_influence`.
    """

    until: datetime
    here: Sequence[Touch]
    elsewhere: Sequence[Touch]
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
    account_ids = {one.account_id for one in opportunities}
    above = accounts.parents_of(account_ids)
    families = accounts.below(account_ids.union(*above.values()))
    everybody: set[int] = set().union(*(families[account_id] for account_id in account_ids))
    begins = min((one.opened_at for one in opportunities), default=now) - LOOKED_BACK - WEEK
    last = last_snapshot()
    people, deeds = _people_of(families, last), _deeds(everybody, begins, last)
    ids = [one.id for one in opportunities]
    stages, typed = _stages(ids), _typed(ids)
    found = {}
    for one in opportunities:
        family, until = families[one.account_id], one.closed_at or now
        inside = _within(family, deeds, one.opened_at - LOOKED_BACK, until)
        found[one.id] = Touched(
            until=until,
            here=_touches(inside),
            elsewhere=typed[one.id],
            enough_people=_are_enough(people[one.account_id], [people[each] for each in above[one.account_id]]),
            influenced=is_influence(inside, one.opened_at, stages[one.id]),
        )
    return found


def is_influence(deeds: Collection[Deed], opened_at: datetime, stages: Sequence[datetime]) -> bool:
    """True for two conversations or one meeting, by two people or more, of which one counts.

    One counts that was before the week in which the opportunity was opened, or between two changes of its stage.
    """
    meets = any(deed.kind == MEETING for deed in deeds)
    if not meets and len({deed.place for deed in deeds}) < CONVERSATIONS_NEEDED:
        return False
    if len({deed.person for deed in deeds}) < PEOPLE_NEEDED:
        return False
    first, last = (min(stages), max(stages)) if stages else (opened_at, opened_at)
    return any(deed.at < monday_of(opened_at) or first < deed.at < last for deed in deeds)


def last_snapshot() -> datetime:
    """When the last snapshot was taken; long ago where there is none yet, or where the site measures nothing."""
    taken = db.session.scalar(select(func.max(AffinitySnapshot.taken_at))) if settings().affinity_enabled else None
    return taken or datetime.min.replace(tzinfo=UTC)


def days_between(week: datetime, end: datetime) -> float:
    """From one Monday to another: whole weeks, in days."""
    return float((end - week).days)


def _within(
    family: Iterable[int], deeds: Mapping[int, Sequence[Deed]], begins: datetime, until: datetime
) -> list[Deed]:
    first, end = monday_of(begins), monday_of(until) + WEEK
    return [deed for each in family for deed in deeds[each] if first <= deed.at < end]


def _touches(deeds: Iterable[Deed]) -> list[Touch]:
    """One for each thread or meeting, in the week in which it began to touch the opportunity."""
    first: dict[str, Deed] = {}
    for deed in deeds:
        if deed.place not in first or deed.at < first[deed.place].at:
            first[deed.place] = deed
    found = [Touch(monday_of(deed.at), deed.kind, is_here=True) for deed in first.values()]
    return sorted(found, key=lambda touch: (touch.week, touch.kind))


def _are_enough(people: Collection[str], of_those_above: Iterable[Collection[str]]) -> bool:
    """True for three people, where none of the companies above has one or two more: they could be told apart."""
    rests = (len(set(those).difference(people)) for those in of_those_above)
    return len(people) >= FEWEST_FOR_A_NUMBER and not any(is_rest_too_small(rest) for rest in rests)


def _people_of(families: Mapping[int, Collection[int]], until: datetime) -> Mapping[int, set[str]]:
    """Who of each account, and of those below it, ever took part up to `until`."""
    rows = select(AffinityEvent.account_id, AffinityEvent.person_key).distinct()
    members: set[int] = set().union(*families.values())
    found: dict[int, set[str]] = defaultdict(set)
    for account_id, person in db.session.execute(
        rows.where(AffinityEvent.account_id.in_(members), AffinityEvent.at <= until)
    ):
        found[account_id].add(person)
    return {account_id: set().union(*(found[one] for one in family)) for account_id, family in families.items()}


def _deeds(account_ids: Collection[int], begins: datetime, until: datetime) -> Mapping[int, list[Deed]]:
    """What happened in threads and meetings, by account."""
    rows = select(
        AffinityEvent.account_id,
        AffinityEvent.question_id,
        AffinityEvent.kind,
        AffinityEvent.source,
        AffinityEvent.person_key,
        AffinityEvent.at,
    ).where(AffinityEvent.account_id.in_(account_ids), AffinityEvent.at >= begins, AffinityEvent.at <= until)
    found: dict[int, list[Deed]] = defaultdict(list)
    for account_id, question_id, kind, source, person, at in db.session.execute(rows):
        if kind == "met":
            found[account_id].append(Deed(account_id, source, MEETING, person, at))
        elif question_id is not None:
            found[account_id].append(Deed(account_id, f"question:{question_id}", CONVERSATION, person, at))
    return found


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
