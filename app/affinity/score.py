"""The affinity of an account, from the dated history of its people.

Everything here is plain: events in, a score out, no database and no clock. The account's
affinity is 100 times a weighted sum of five components, each of which sums over *people* and
then saturates, so that one loud person cannot look like a company. Nothing is rounded.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple, TypeVar

SCORE_VERSION = "1"

HALF_LIFE = timedelta(days=180)
WAIT_HALF_LIFE = timedelta(hours=24)
OVERDUE_AFTER = timedelta(hours=72)
DAY_LIMIT = 8
ACTIVE_BREADTH = 0.1
LIVE_TIE = 0.1
EMPLOYEES_IF_UNKNOWN = 500


class Weights(NamedTuple):
    """What one event adds to each of the four day sums."""

    breadth: int = 0
    to_customer: int = 0
    to_expert: int = 0
    advocacy: int = 0


WEIGHTS: Mapping[str, Weights] = {
    "ask": Weights(breadth=2),
    "comment": Weights(breadth=1, to_expert=1),
    "accept": Weights(breadth=1, to_expert=2),
    "solved_note": Weights(breadth=1, to_expert=1),
    "expert_answer": Weights(to_customer=3),
    "expert_comment": Weights(to_customer=1),
    "expert_followup": Weights(to_customer=1),
    "met": Weights(breadth=2, to_customer=2, to_expert=2),
    "correction": Weights(breadth=2, to_expert=3, advocacy=1),
    "peer_answer": Weights(breadth=3, advocacy=2),
    "peer_accepted": Weights(advocacy=3),
    "article": Weights(breadth=4, advocacy=4),
    "invite_joined": Weights(breadth=1, advocacy=2),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened between a person of the account and the community.

    `person` is always the customer's person, also where an expert acted (`expert_answer`);
    `expert` and `question` are None where nobody and nothing is named. `at` is aware.
    """

    id: str
    at: datetime
    person: str
    kind: str
    expert: str | None = None
    question: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in WEIGHTS:
            raise ValueError(f"“{self.kind}” is not a kind of event. The kinds are: {', '.join(WEIGHTS)}.")


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


PART_POINTS = Parts(breadth=25, depth=30, reciprocity=15, responsiveness=15, advocacy=15)

Key = TypeVar("Key", bound=Hashable)
Pair = tuple[str, str]


def score(events: Iterable[Event], now: datetime, employees: float | None = None) -> Score:
    """Compute the affinity of an account of `employees` people (None: unknown) as seen at `now`.

    Sums are exactly rounded (`math.fsum`), so the result does not depend on the order of the
    events, and an event more can never make a sum smaller through rounding.
    """
    history = events_that_count(events, now)
    breadth = _saturated(_decayed_sums(history, now, _person, lambda weights: weights.breadth), 4)
    advocacy = _saturated(_decayed_sums(history, now, _person, lambda weights: weights.advocacy), 4)
    to_customer = _decayed_sums(history, now, _pair, lambda weights: weights.to_customer)
    to_expert = _decayed_sums(history, now, _pair, lambda weights: weights.to_expert)
    ties = _ties(to_customer, to_expert)
    questions = fates(history)
    parts = _parts(
        scale=_scale(employees),
        breadth=math.fsum(breadth.values()),
        depth=_over_people(ties),
        reciprocity=_over_people(_reciprocity(to_customer, to_expert)),
        responsiveness=_responsiveness(questions, now),
        advocacy=math.fsum(advocacy.values()),
    )
    return Score(
        score=math.fsum((parts.breadth, parts.depth, parts.reciprocity, parts.responsiveness, parts.advocacy)),
        parts=parts,
        active_people=sum(b >= ACTIVE_BREADTH for b in breadth.values()),
        overdue=sum(question.is_overdue(now) for question in questions),
        ties=_ties_by_expert(ties),
    )


def events_that_count(events: Iterable[Event], now: datetime) -> list[Event]:
    """Leave out what lies after `now`, and count one id once (of several, the earliest stands)."""
    by_id: dict[str, Event] = {}
    for event in sorted(events, key=_order):
        if event.at <= now:
            by_id.setdefault(event.id, event)
    return list(by_id.values())


def saturation(amount: float, half_point: float) -> float:
    """Map an amount to [0, 1): 0 for nothing, ½ at `half_point`, never quite 1 (`1 - 2^(-x/τ)`)."""
    return -math.expm1(-math.log(2) * amount / half_point) if amount > 0 else 0.0


def decay(at: datetime, now: datetime) -> float:
    """Weight of something that happened at `at`: halves every 180 days, never above 1."""
    return float(2.0 ** -(max(timedelta(0), now - at) / HALF_LIFE))


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one question of an account's person; `answered_at` is None until an expert answers."""

    person: str
    asked_at: datetime
    answered_at: datetime | None
    is_solved: bool

    @property
    def wait(self) -> timedelta | None:
        """How long an expert's first answer took."""
        return max(timedelta(0), self.answered_at - self.asked_at) if self.answered_at else None

    def is_overdue(self, now: datetime) -> bool:
        """True while we owe an answer that nobody else has given either."""
        return self.answered_at is None and not self.is_solved and now - self.asked_at > OVERDUE_AFTER

    def credit(self) -> float:
        """Between 0 and 1: half for how soon an expert answered, half for being solved."""
        promptness = 0.0 if self.wait is None else 2.0 ** -(self.wait / WAIT_HALF_LIFE)
        return 0.5 * promptness + 0.5 * self.is_solved


def _order(event: Event) -> tuple[datetime, str, str, str, str]:
    return event.at, event.kind, event.person, event.expert or "", event.question or ""


def _person(event: Event) -> str:
    return event.person


def _pair(event: Event) -> Pair | None:
    return (event.person, event.expert) if event.expert is not None else None


def _decayed_sums(
    events: Iterable[Event], now: datetime, key_of: Callable[[Event], Key | None], weight_of: Callable[[Weights], int]
) -> dict[Key, float]:
    """Sum weights per key and UTC day, cut each day at its limit, decay it, add the days up."""
    day_sums: dict[tuple[Key, date], int] = defaultdict(int)
    for event in events:
        key, weight = key_of(event), weight_of(WEIGHTS[event.kind])
        if key is not None and weight:
            day_sums[key, event.at.astimezone(UTC).date()] += weight
    decayed: dict[Key, list[float]] = defaultdict(list)
    for (key, day), weight in day_sums.items():
        noon = datetime.combine(day, time(12), UTC)
        decayed[key].append(min(DAY_LIMIT, weight) * decay(noon, now))
    return {key: math.fsum(amounts) for key, amounts in decayed.items()}


def _saturated(amounts: Mapping[Key, float], half_point: float) -> dict[Key, float]:
    return {key: saturation(amount, half_point) for key, amount in amounts.items()}


def _ties(to_customer: Mapping[Pair, float], to_expert: Mapping[Pair, float]) -> dict[Pair, float]:
    pairs = to_customer.keys() | to_expert.keys()
    return {pair: saturation(to_customer.get(pair, 0.0) + to_expert.get(pair, 0.0), 4) for pair in pairs}


def _reciprocity(to_customer: Mapping[Pair, float], to_expert: Mapping[Pair, float]) -> dict[Pair, float]:
    both_acted = to_customer.keys() & to_expert.keys()
    return {pair: math.sqrt(saturation(to_customer[pair], 3) * saturation(to_expert[pair], 3)) for pair in both_acted}


def _over_people(by_pair: Mapping[Pair, float]) -> float:
    """Add up a person's pairs and saturate them, then add up the people."""
    by_person: dict[str, list[float]] = defaultdict(list)
    for (person, _expert), amount in by_pair.items():
        by_person[person].append(amount)
    return math.fsum(saturation(math.fsum(amounts), 1) for amounts in by_person.values())


def _ties_by_expert(ties: Mapping[Pair, float]) -> dict[str, Tie]:
    by_expert: dict[str, list[float]] = defaultdict(list)
    for (_person, expert), amount in ties.items():
        by_expert[expert].append(amount)
    return {
        expert: Tie(math.fsum(amounts), sum(amount >= LIVE_TIE for amount in amounts))
        for expert, amounts in sorted(by_expert.items())
    }


def fates(events: Iterable[Event]) -> list[Fate]:
    """Read each question's fate from what its asker and the experts did.

    An `ask` that names no question counts for breadth alone: nothing could ever answer it, so
    it must not become a debt that nobody can pay.
    """
    firsts: dict[tuple[str, str, str], datetime] = {}
    for event in events:
        if event.question is not None:
            key = (event.kind, event.person, event.question)
            firsts[key] = min(event.at, firsts.get(key, event.at))
    return [
        Fate(
            person=person,
            asked_at=asked_at,
            answered_at=firsts.get(("expert_answer", person, question)),
            is_solved=("accept", person, question) in firsts or ("solved_note", person, question) in firsts,
        )
        for (kind, person, question), asked_at in firsts.items()
        if kind == "ask"
    ]


def _responsiveness(questions: Iterable[Fate], now: datetime) -> float:
    """Sum over people of what we did for their questions, less what we owe them."""
    earned: dict[str, list[float]] = defaultdict(list)
    owed: dict[str, list[float]] = defaultdict(list)
    for question in questions:
        freshness = decay(question.asked_at, now)
        earned[question.person].append(freshness * question.credit())
        if question.is_overdue(now):
            owed[question.person].append(freshness * 0.5)
    return math.fsum(saturation(math.fsum(earned[p]) - math.fsum(owed[p]), 1) for p in earned)


def _scale(employees: float | None) -> float:
    """How many more people a larger company needs for the same score; 1 up to 50 employees."""
    if employees is None:
        employees = EMPLOYEES_IF_UNKNOWN
    if not 0 <= employees < math.inf:
        raise ValueError("The number of employees cannot be negative or endless.")
    return float(max(1.0, employees / 50) ** 0.30)


def _parts(
    *, scale: float, breadth: float, depth: float, reciprocity: float, responsiveness: float, advocacy: float
) -> Parts:
    return Parts(
        breadth=PART_POINTS.breadth * saturation(breadth, 2 * scale),
        depth=PART_POINTS.depth * saturation(depth, 2 * scale),
        reciprocity=PART_POINTS.reciprocity * saturation(reciprocity, 1.5 * scale),
        responsiveness=PART_POINTS.responsiveness * saturation(responsiveness, 2 * scale),
        advocacy=PART_POINTS.advocacy * saturation(advocacy, scale),
    )
