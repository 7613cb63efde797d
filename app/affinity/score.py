"""The affinity of an account, from the dated history of its people.

Everything here is plain: events in, a score out, no database and no clock. The account's
affinity is 100 times a weighted sum of five components, each of which sums over *people* and
then saturates, so that one loud person cannot look like a company. Nothing is rounded.
"""

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from app.affinity.fates import DEBT, DECISIVE, OVERDUE_AFTER, Fate, fates
from app.affinity.kinds import WEIGHTS, Event

__all__ = [
    "ACTIVE_BREADTH",
    "HALF_LIFE",
    "OVERDUE_AFTER",
    "PART_POINTS",
    "SCORE_VERSION",
    "WEIGHTS",
    "Event",
    "Fate",
    "Parts",
    "Score",
    "Tie",
    "Weighed",
    "fates",
    "score",
]

SCORE_VERSION = "1"

HALF_LIFE = timedelta(days=180)
NOON = time(12)
DAY_LIMIT = 8
ACTIVE_BREADTH = 0.1
LIVE_TIE = 0.1
EMPLOYEES_IF_UNKNOWN = 500


@dataclass(frozen=True, slots=True)
class Parts:
    """The five components in points; their sum is the score."""

    breadth: float
    depth: float
    reciprocity: float
    responsiveness: float
    advocacy: float


@dataclass(frozen=True, slots=True)
class Tie:
    """How strongly an account is tied to one expert: the sum over its people, and how many ties are alive."""

    strength: float
    people: int


@dataclass(frozen=True, slots=True)
class Score:
    """An account's affinity (0 to 100, unrounded) and what it is made of."""

    score: float
    parts: Parts
    active_people: int
    overdue: int
    ties: Mapping[str, Tie]
    score_version: str = SCORE_VERSION


@dataclass(frozen=True, slots=True)
class Share:
    """What one person brings into each component at one moment: values in [0, 1), and the ties to experts."""

    breadth: float
    depth: float
    reciprocity: float
    responsiveness: float
    advocacy: float
    overdue: int
    ties: Mapping[str, float]


PART_POINTS = Parts(breadth=25, depth=30, reciprocity=15, responsiveness=15, advocacy=15)

Key = TypeVar("Key", bound=Hashable)
Pair = tuple[str, str]


def score(events: Iterable[Event], now: datetime, employees: float | None = None) -> Score:
    """Compute the affinity of an account of `employees` people (None: unknown) as seen at `now`.

    Sums are exactly rounded (`math.fsum`), so the result does not depend on the order of the
    events, and an event more can never make a sum smaller through rounding.
    """
    return Weighed(events).score(now, employees)


class Weighed:
    """One history that is scored several times: at several moments, and without one person or another.

    It is weighed once for each moment. A score without somebody then costs no more than adding up the other people.
    """

    def __init__(self, events: Iterable[Event]) -> None:
        self._events = _each_once(events)
        self._times = [event.at for event in self._events]
        self._days = [event.at.astimezone(UTC).date() for event in self._events]
        self._entangled = _entangled(self._events)
        self._shares: dict[datetime, dict[str, Share]] = {}

    def events(self, now: datetime) -> Sequence[Event]:
        """What counts at `now`, in the order of time: each event once, and nothing that lies ahead."""
        return self._events[: bisect_right(self._times, now)]

    def people(self, now: datetime) -> Mapping[str, Share]:
        """What everybody who had a part in it until `now` brings in."""
        if now not in self._shares:
            events = self.events(now)
            self._shares[now] = _shares(events, self._days[: len(events)], now)
        return self._shares[now]

    def score(self, now: datetime, employees: float | None = None, without: str | None = None) -> Score:
        """The affinity at `now`, as if the person `without` had never been there."""
        others = {person: share for person, share in self.people(now).items() if person != without}
        if without in self._entangled:
            others = _with_questions(others, [event for event in self.events(now) if event.person != without], now)
        shares = list(others.values())
        parts = _parts(shares, _scale(employees))
        return Score(
            score=math.fsum((parts.breadth, parts.depth, parts.reciprocity, parts.responsiveness, parts.advocacy)),
            parts=parts,
            active_people=sum(share.breadth >= ACTIVE_BREADTH for share in shares),
            overdue=sum(share.overdue for share in shares),
            ties=_ties_by_expert(shares),
        )


def saturation(amount: float, half_point: float) -> float:
    """Map an amount to [0, 1): 0 for nothing, ½ at `half_point`, never quite 1 (`1 - 2^(-x/τ)`)."""
    return -math.expm1(-math.log(2) * amount / half_point) if amount > 0 else 0.0


def decay(at: datetime, now: datetime) -> float:
    """Weight of something that happened at `at`: halves every 180 days, never above 1."""
    return float(2.0 ** -(max(timedelta(0), now - at) / HALF_LIFE))


def _each_once(events: Iterable[Event]) -> list[Event]:
    by_id: dict[str, Event] = {}
    for event in sorted(events, key=_order):
        by_id.setdefault(event.id, event)
    return list(by_id.values())


def _order(event: Event) -> tuple[datetime, str, str, str, str]:
    """Orders events so that what stands of two with one id does not depend on which was told first."""
    return event.at, event.kind, event.person, event.expert or "", event.question or ""


def _entangled(events: Iterable[Event]) -> set[str]:
    """People who asked, accepted or were answered where it was others' question.

    On the site a question is answered to whoever asked it, and nobody else accepts anything, so there is nobody; a
    history from elsewhere may have some. Without one of them, others' questions may have another fate.
    """
    first: dict[str, str] = {}
    found: set[str] = set()
    for event in events:
        if event.question is not None and event.kind in DECISIVE:
            other = first.setdefault(event.question, event.person)
            if other != event.person:
                found |= {other, event.person}
    return found


def _shares(events: Sequence[Event], days: Sequence[date], now: datetime) -> dict[str, Share]:
    """Weigh every person's part as seen at `now`; `days` are those of the events, in UTC."""
    sums = _day_sums(events, days)
    freshness = {day: decay(datetime.combine(day, NOON, UTC), now) for day in set(days)}
    breadth, advocacy = _decayed(sums.breadth, freshness), _decayed(sums.advocacy, freshness)
    to_customer, to_expert = _decayed(sums.to_customer, freshness), _decayed(sums.to_expert, freshness)
    ties = _by_person(_ties(to_customer, to_expert))
    reciprocity = _by_person(_reciprocity(to_customer, to_expert))
    shares = {
        person: Share(
            breadth=saturation(breadth.get(person, 0.0), 4),
            depth=saturation(math.fsum(ties[person].values()), 1),
            reciprocity=saturation(math.fsum(reciprocity[person].values()), 1),
            responsiveness=0.0,
            advocacy=saturation(advocacy.get(person, 0.0), 4),
            overdue=0,
            ties=ties[person],
        )
        for person in dict.fromkeys(event.person for event in events)
    }
    return _with_questions(shares, events, now)


def _with_questions(shares: Mapping[str, Share], events: Iterable[Event], now: datetime) -> dict[str, Share]:
    """Shares with what became of everybody's questions, as far as `events` tell."""
    asked: dict[str, list[Fate]] = defaultdict(list)
    for fate in fates(events):
        asked[fate.person].append(fate)
    return {
        person: replace(
            share,
            responsiveness=_responsiveness(asked[person], now),
            overdue=sum(question.is_overdue(now) for question in asked[person]),
        )
        for person, share in shares.items()
    }


@dataclass(frozen=True)
class DaySums:
    """What the weights of a day come to: by person, and by person and expert."""

    breadth: dict[tuple[str, date], int]
    advocacy: dict[tuple[str, date], int]
    to_customer: dict[tuple[Pair, date], int]
    to_expert: dict[tuple[Pair, date], int]


def _day_sums(events: Iterable[Event], days: Iterable[date]) -> DaySums:
    sums = DaySums(defaultdict(int), defaultdict(int), defaultdict(int), defaultdict(int))
    for event, day in zip(events, days, strict=True):
        weights = WEIGHTS[event.kind]
        if weights.breadth:
            sums.breadth[event.person, day] += weights.breadth
        if weights.advocacy:
            sums.advocacy[event.person, day] += weights.advocacy
        if event.expert is not None:
            pair = event.person, event.expert
            if weights.to_customer:
                sums.to_customer[pair, day] += weights.to_customer
            if weights.to_expert:
                sums.to_expert[pair, day] += weights.to_expert
    return sums


def _decayed(day_sums: Mapping[tuple[Key, date], int], freshness: Mapping[date, float]) -> dict[Key, float]:
    """Cut each day at its limit, decay it, and add the days up."""
    decayed: dict[Key, list[float]] = defaultdict(list)
    for (key, day), weight in day_sums.items():
        decayed[key].append(min(DAY_LIMIT, weight) * freshness[day])
    return {key: math.fsum(amounts) for key, amounts in decayed.items()}


def _ties(to_customer: Mapping[Pair, float], to_expert: Mapping[Pair, float]) -> dict[Pair, float]:
    pairs = to_customer.keys() | to_expert.keys()
    return {pair: saturation(to_customer.get(pair, 0.0) + to_expert.get(pair, 0.0), 4) for pair in pairs}


def _reciprocity(to_customer: Mapping[Pair, float], to_expert: Mapping[Pair, float]) -> dict[Pair, float]:
    both_acted = to_customer.keys() & to_expert.keys()
    return {pair: math.sqrt(saturation(to_customer[pair], 3) * saturation(to_expert[pair], 3)) for pair in both_acted}


def _by_person(by_pair: Mapping[Pair, float]) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for (person, expert), amount in by_pair.items():
        found[person][expert] = amount
    return found


def _ties_by_expert(shares: Iterable[Share]) -> dict[str, Tie]:
    by_expert: dict[str, list[float]] = defaultdict(list)
    for share in shares:
        for expert, amount in share.ties.items():
            by_expert[expert].append(amount)
    return {
        expert: Tie(math.fsum(amounts), sum(amount >= LIVE_TIE for amount in amounts))
        for expert, amounts in sorted(by_expert.items())
    }


def _responsiveness(questions: Collection[Fate], now: datetime) -> float:
    """What we did for a person's questions, less what we owe them."""
    earned = math.fsum(decay(question.asked_at, now) * question.credit() for question in questions)
    owed = math.fsum(decay(question.asked_at, now) * DEBT for question in questions if question.is_overdue(now))
    return saturation(earned - owed, 1)


def _scale(employees: float | None) -> float:
    """How many more people a larger company needs for the same score; 1 up to 50 employees."""
    if employees is None:
        employees = EMPLOYEES_IF_UNKNOWN
    if not 0 <= employees < math.inf:
        raise ValueError("The number of employees cannot be negative or endless.")
    return float(max(1.0, employees / 50) ** 0.30)


def _parts(shares: Collection[Share], scale: float) -> Parts:
    def component(amounts: Iterable[float], half_point: float) -> float:
        return saturation(math.fsum(amounts), half_point * scale)

    return Parts(
        breadth=PART_POINTS.breadth * component((share.breadth for share in shares), 2),
        depth=PART_POINTS.depth * component((share.depth for share in shares), 2),
        reciprocity=PART_POINTS.reciprocity * component((share.reciprocity for share in shares), 1.5),
        responsiveness=PART_POINTS.responsiveness * component((share.responsiveness for share in shares), 2),
        advocacy=PART_POINTS.advocacy * component((share.advocacy for share in shares), 1),
    )
