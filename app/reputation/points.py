"""Reputation as arithmetic: what each kind of entry earns, and how entries add up.

Per person and UTC day: the gains that are capped, cut at 200, plus the losses, plus the gains
that are not capped. The order of the entries within a day makes no difference.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

RULE_VERSION = 1
MOST_A_DAY = 200
LEAST_SHOWN = 1

POINTS = {
    "answer_up_voted": 10,
    "question_up_voted": 5,
    "answer_accepted": 15,
    "accepted_an_answer": 2,
    "answer_down_voted": -2,
    "question_down_voted": -2,
    "down_voted_an_answer": -1,
}
UNCAPPED = frozenset({"answer_accepted", "accepted_an_answer"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger. A reversal names the entry it takes back in `reverses`."""

    id: int
    at: datetime
    person_id: int
    kind: str
    points: int
    reverses: int | None = None


def day_of(at: datetime) -> date:
    """The UTC day on which an entry counts."""
    return at.astimezone(UTC).date()


def standing(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that count: neither a reversal nor an entry that a reversal takes back.

    Both leave the fold, so the day of the original is as if the entry had never been written.
    """
    entries = list(entries)
    taken_back = {entry.reverses for entry in entries if entry.reverses is not None}
    return [entry for entry in entries if entry.reverses is None and entry.id not in taken_back]


def day_sum(entries: Iterable[Entry]) -> int:
    """Points of one person on one day, from the standing entries of that day."""
    capped = others = 0
    for entry in entries:
        if entry.points > 0 and entry.kind not in UNCAPPED:
            capped += entry.points
        else:
            others += entry.points
    return min(MOST_A_DAY, capped) + others


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
