"""Reputation as arithmetic: what each kind of entry earns, and how entries add up.

Per person and UTC day: the gains that are capped, cut at 200, plus the losses, plus the gains
that are not capped. The order of the entries within a day makes no difference.

Who votes for the same author again and again counts less and less: the nth vote within 90 days counts whole up to the
third, and then 1 / (n - 2). An entry keeps its whole points and this n, so nothing is ever rounded in the ledger: the
parts of a day are added up as exact fractions, and the sum of the day is rounded down.
"""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import TypeVar

RULE_VERSION = 2
MOST_A_DAY = 200
LEAST_SHOWN = 1
# So many votes of one person for the same author count whole, each of the later ones within this time a part.
WHOLE_VOTES = 3
REPEATED_WITHIN = timedelta(days=90)

_FIRST_POINTS = {
    "answer_up_voted": 10,
    "question_up_voted": 5,
    "answer_accepted": 15,
    "accepted_an_answer": 2,
    "answer_down_voted": -2,
    "question_down_voted": -2,
    "down_voted_an_answer": -1,
}
# What each kind earns under the rules of each version. An entry keeps the version that it was entered under.
POINTS_OF: Mapping[int, Mapping[str, int]] = {
    1: _FIRST_POINTS,
    2: {
        **_FIRST_POINTS,
        "article_up_voted": 10,
        "article_down_voted": -2,
        "suggested_edit_accepted": 2,
        "helped_correct_an_expert": 10,
        "invited_a_colleague": 10,
        "flags_confirmed": -100,
    },
}
POINTS = POINTS_OF[RULE_VERSION]
UNCAPPED = frozenset({"answer_accepted", "accepted_an_answer", "helped_correct_an_expert", "invited_a_colleague"})


class Reason(enum.StrEnum):
    """Why something earns nothing, or was reversed."""

    TAKEN_BACK = "taken_back"
    POST_DELETED = "post_deleted"
    CONFIDENTIAL = "confidential"
    CORRECTED = "corrected"
    VOTER_GONE = "voter_gone"
    COLLEAGUES = "colleagues"
    SAME_COMPANY = "same_company"
    BURST = "burst"
    LIMIT = "limit"
    COUNTED_ANEW = "counted_anew"
    NEW_RULES = "new_rules"


# What earned nothing only from this version of the rules on; everything else never did.
EARNS_NOTHING_SINCE = {Reason.SAME_COMPANY: 2}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger. A reversal names the entry it takes back in `reverses`."""

    id: int
    at: datetime
    person_id: int
    kind: str
    points: int
    reverses: int | None = None
    nth: int = 1


@dataclass(frozen=True, slots=True)
class Limit:
    """No more than `most` entries of a kind count for one person within the same `period` of their moments."""

    most: int
    period: Callable[[datetime], Hashable]


Thing = TypeVar("Thing")


def day_of(at: datetime) -> date:
    """The UTC day on which an entry counts."""
    return at.astimezone(UTC).date()


def quarter_of(at: datetime) -> tuple[int, int]:
    """The calendar quarter of a moment in UTC, as year and number from 0."""
    day = day_of(at)
    return day.year, (day.month - 1) // 3


def _whole_life(_at: datetime) -> None:
    """One period for everything."""


LIMITS: Mapping[str, Limit] = {
    "invited_a_colleague": Limit(5, quarter_of),
    # 1,000 points in a lifetime.
    "suggested_edit_accepted": Limit(500, _whole_life),
}


def within_limit(kind: str, things: Iterable[Thing], key: Callable[[Thing], tuple[datetime, int]]) -> list[Thing]:
    """What counts of one person's things of a kind: the earliest of each period, whatever order they come in.

    `key` gives when something came about and its id, which decides between equals.
    """
    limit = LIMITS.get(kind)
    in_order = sorted(things, key=key)
    if limit is None:
        return in_order
    counted: dict[Hashable, int] = defaultdict(int)
    within = []
    for thing in in_order:
        period = limit.period(key(thing)[0])
        counted[period] += 1
        if counted[period] <= limit.most:
            within.append(thing)
    return within


def share_of(nth: int) -> Fraction:
    """The part of its points that the nth vote of one person for the same author counts."""
    return Fraction(1, max(1, nth - WHOLE_VOTES + 1))


def places(votes: Iterable[tuple[datetime, int]]) -> dict[tuple[datetime, int], int]:
    """Which vote each of these is, of one person for one author, given as moment and post: 1 for the first.

    Those within 90 days before it count, so a vote is the first again after as long a pause.
    """
    in_order = sorted(votes)
    found: dict[tuple[datetime, int], int] = {}
    first = 0
    for place, vote in enumerate(in_order):
        while in_order[first][0] <= vote[0] - REPEATED_WITHIN:
            first += 1
        found[vote] = place - first + 1
    return found


def standing(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that count: neither a reversal nor an entry that a reversal takes back.

    Both leave the fold, so the day of the original is as if the entry had never been written.
    """
    entries = list(entries)
    taken_back = {entry.reverses for entry in entries if entry.reverses is not None}
    return [entry for entry in entries if entry.reverses is None and entry.id not in taken_back]


def is_capped(kind: str, points: int) -> bool:
    """True for a gain of which no more than 200 points a day count."""
    return points > 0 and kind not in UNCAPPED


def capped_gains(entries: Iterable[Entry]) -> Fraction:
    """What the capped gains among these entries come to before the cap; exact as far as the cap, or more than it."""
    by_place: dict[int, int] = defaultdict(int)
    for entry in entries:
        if is_capped(entry.kind, entry.points):
            by_place[entry.nth] += entry.points
    gains = Fraction(0)
    # Sums of many fractions grow long; past the cap nobody needs them.
    for nth in sorted(by_place):
        gains += by_place[nth] * share_of(nth)
        if gains > MOST_A_DAY:
            break
    return gains


def day_sum(entries: Iterable[Entry]) -> int:
    """Points of one person on one day, from the standing entries of that day."""
    entries = list(entries)
    others = sum(entry.points for entry in entries if not is_capped(entry.kind, entry.points))
    return min(MOST_A_DAY, int(capped_gains(entries))) + others


def day_sums(entries: Iterable[Entry]) -> dict[tuple[int, date], int]:
    """Fold a whole ledger into (person id, UTC day) -> points; days without entries are left out."""
    by_day: dict[tuple[int, date], list[Entry]] = defaultdict(list)
    for entry in standing(entries):
        by_day[entry.person_id, day_of(entry.at)].append(entry)
    return {key: day_sum(of_the_day) for key, of_the_day in by_day.items()}


def totals(entries: Iterable[Entry]) -> dict[int, int]:
    """Fold a whole ledger into person id -> points; may be below 1, see `shown`."""
    by_person: dict[int, int] = defaultdict(int)
    for (person_id, _day), points in day_sums(entries).items():
        by_person[person_id] += points
    return dict(by_person)


def shown(total: int) -> int:
    """The total as readers see it: never below 1."""
    return max(LEAST_SHOWN, total)
