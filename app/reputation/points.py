"""The rules of reputation: what each kind of entry earns, and what is counted less, or not at all.

Each version of them is one value, `RULES[version]`. An entry keeps the version that it was entered under and is judged
by it for good, so a version that was ever in force is never changed: another number is another version (decision 21).
"""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import TypeVar

LEAST_SHOWN = 1
CASTING = "down_voted_an_answer"
# What somebody's own votes cost is in no number that others read: who fell when somebody else did would have voted.
PRIVATE_KINDS = frozenset({CASTING})

Thing = TypeVar("Thing")
# When a vote was cast, and for which post.
Cast = tuple[datetime, int]


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


class Period(enum.StrEnum):
    """Within what a limit holds."""

    QUARTER = "quarter"
    LIFE = "life"


@dataclass(frozen=True, slots=True)
class Limit:
    """No more than `most` entries of a kind count for one person within the same period of their moments."""

    most: int
    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """One version of the rules: `points` of each kind, of which gains count up to `most_a_day`, but for the `uncapped`.

    Who votes for the same author again and again counts less and less: the nth vote within `repeated_within` counts
    whole up to `whole_votes` (None: always), and then 1/2, 1/3, … of its points. `limits` are by kind. `forgiven` are
    the reasons that came with later rules: under these, what has one of them earns all the same.
    """

    version: int
    points: Mapping[str, int]
    uncapped: frozenset[str]
    most_a_day: int
    whole_votes: int | None
    repeated_within: timedelta
    limits: Mapping[str, Limit]
    forgiven: frozenset[Reason]

    def is_capped(self, kind: str, points: int) -> bool:
        """True for a gain of which no more than so many points a day count."""
        return points > 0 and kind not in self.uncapped

    def share_of(self, nth: int) -> Fraction:
        """The part of its points that the nth vote of one person for the same author counts."""
        return Fraction(1) if self.whole_votes is None else Fraction(1, max(1, nth - self.whole_votes + 1))

    def places(self, votes: Iterable[Cast]) -> dict[Cast, int]:
        """Which vote each of these is, of one person for one author: 1 for the first.

        Those within `repeated_within` before it count, so a vote is the first again after as long a pause.
        """
        in_order = sorted(votes)
        if self.whole_votes is None:
            return dict.fromkeys(in_order, 1)
        found: dict[Cast, int] = {}
        first = 0
        for place, vote in enumerate(in_order):
            while in_order[first][0] <= vote[0] - self.repeated_within:
                first += 1
            found[vote] = place - first + 1
        return found

    def within_limit(self, kind: str, things: Iterable[Thing], key: Callable[[Thing], Cast]) -> list[Thing]:
        """What counts of one person's things of a kind: the earliest of each period, whatever order they come in.

        `key` gives when something came about and its id, which decides between equals.
        """
        limit = self.limits.get(kind)
        in_order = sorted(things, key=key)
        if limit is None:
            return in_order
        counted: dict[Hashable, int] = defaultdict(int)
        within = []
        for thing in in_order:
            period = _PERIODS[limit.period](key(thing)[0])
            counted[period] += 1
            if counted[period] <= limit.most:
                within.append(thing)
        return within


def day_of(at: datetime) -> date:
    """The UTC day on which an entry counts."""
    return at.astimezone(UTC).date()


def year_and_quarter(at: datetime) -> tuple[int, int]:
    """The calendar quarter of a moment in UTC, as year and number from 0."""
    day = day_of(at)
    return day.year, (day.month - 1) // 3


_PERIODS: Mapping[Period, Callable[[datetime], Hashable]] = {
    Period.QUARTER: year_and_quarter,
    Period.LIFE: lambda _at: None,
}

_FIRST = Rules(
    version=1,
    points={
        "answer_up_voted": 10,
        "question_up_voted": 5,
        "answer_accepted": 15,
        "accepted_an_answer": 2,
        "answer_down_voted": -2,
        "question_down_voted": -2,
        "down_voted_an_answer": -1,
    },
    uncapped=frozenset({"answer_accepted", "accepted_an_answer"}),
    most_a_day=200,
    whole_votes=None,
    repeated_within=timedelta(0),
    limits={},
    forgiven=frozenset({Reason.SAME_COMPANY}),
)
_SECOND = replace(
    _FIRST,
    version=2,
    points={
        **_FIRST.points,
        "article_up_voted": 10,
        "article_down_voted": -2,
        "suggested_edit_accepted": 2,
        "helped_correct_an_expert": 10,
        "invited_a_colleague": 10,
        "flags_confirmed": -100,
    },
    uncapped=_FIRST.uncapped | {"helped_correct_an_expert", "invited_a_colleague"},
    whole_votes=3,
    repeated_within=timedelta(days=90),
    limits={
        "invited_a_colleague": Limit(5, Period.QUARTER),
        # 1,000 points in a lifetime.
        "suggested_edit_accepted": Limit(500, Period.LIFE),
    },
    forgiven=frozenset(),
)
RULES: dict[int, Rules] = {rules.version: rules for rules in (_FIRST, _SECOND)}


def newest() -> Rules:
    """The rules under which everything is entered from now on."""
    return RULES[max(RULES)]


def shown(total: int) -> int:
    """The total as readers see it: never below 1."""
    return max(LEAST_SHOWN, total)
