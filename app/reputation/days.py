"""How the entries of a ledger add up: per person and UTC day, each entry under the rules of its own version.

A day is the gains that are capped, cut at the most that a day counts, plus the losses, plus the gains that are not
capped. The order of the entries within a day makes no difference. An entry keeps its whole points and which vote of the
same person for the same author it was, so nothing is ever rounded in the ledger: the parts of a day are added up as
exact fractions, and the sum of the day is rounded down.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from app.reputation.points import PRIVATE_KINDS, RULES, Rules, day_of


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger. A reversal names the entry it takes back in `reverses`."""

    id: int
    at: datetime
    person_id: int
    kind: str
    points: int
    version: int
    reverses: int | None = None
    nth: int = 1


@dataclass(frozen=True)
class DaySum:
    """What a UTC day came to; where the cap took something away, `cut_to` is what it left of the gains under it."""

    points: int
    cut_to: int | None


def standing(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that count: neither a reversal nor an entry that a reversal takes back.

    Both leave the fold, so the day of the original is as if the entry had never been written.
    """
    entries = list(entries)
    taken_back = {entry.reverses for entry in entries if entry.reverses is not None}
    return [entry for entry in entries if entry.reverses is None and entry.id not in taken_back]


def day_sum(entries: Iterable[Entry]) -> DaySum:
    """Points of one person on one day, from the standing entries of that day.

    Where a day has entries of several versions, the older count as they did without the newer, and the newer as far as
    their own cap leaves room: no newer entry ever makes an older one worth less.
    """
    capped: dict[int, list[Entry]] = defaultdict(list)
    others = 0
    for entry in entries:
        if RULES[entry.version].is_capped(entry.kind, entry.points):
            capped[entry.version].append(entry)
        else:
            others += entry.points
    gains, is_cut = Fraction(0), False
    for version in sorted(capped):
        rules = RULES[version]
        earned = gains + capped_gains(capped[version], rules)
        counted = max(gains, min(earned, Fraction(rules.most_a_day)))
        gains, is_cut = counted, is_cut or counted < earned
    return DaySum(int(gains) + others, int(gains) if is_cut else None)


def capped_gains(entries: Iterable[Entry], rules: Rules) -> Fraction:
    """What capped gains under these rules come to before the cap; exact as far as the cap, or more than it."""
    by_place: dict[int, int] = defaultdict(int)
    for entry in entries:
        by_place[entry.nth] += entry.points
    gains = Fraction(0)
    # Sums of many fractions grow long; past the cap nobody needs them.
    for nth in sorted(by_place):
        gains += by_place[nth] * rules.share_of(nth)
        if gains > rules.most_a_day:
            break
    return gains


def day_sums(entries: Iterable[Entry]) -> dict[tuple[int, date], int]:
    """Fold a whole ledger into (person id, UTC day) -> points, as others read them; days without any are left out."""
    by_day: dict[tuple[int, date], list[Entry]] = defaultdict(list)
    for entry in standing(entries):
        if entry.kind not in PRIVATE_KINDS:
            by_day[entry.person_id, day_of(entry.at)].append(entry)
    return {key: day_sum(of_the_day).points for key, of_the_day in by_day.items()}
