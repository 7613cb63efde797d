"""How alike two threads are, between 0 and 1, from the words of their titles and of how they begin.

    likeness = 0.6 title + 0.4 body

Each part is Dice's coefficient with weights: twice the weight of the words in common, by the weight of all words of
both. A word counts 1, a word of asking ("use", "problem") 0.2, and one with a digit ("iDRAC9", "0x80070005") 1.5. These
stand for how rare a word is, which no engine has to be asked for: measured on questions of two communities, they tell
duplicates as well as inverse document frequencies do. Where one of the two has no text, its title says it all.

LIKELY was measured on all pairs of the questions of two Stack Exchange sites. IoT: 8 of 51,040 pairs reach it, of
which people had linked 4. Bicycles Meta: 90 of 102,378, of which people had linked 19, or 10 of 37 without the series
that return every year; of 9 pairs closed as duplicates 5. Both of the IoT duplicates say the same in other words, which
this does not see. So of what a steward is shown, a third to a half is worth a link; below 0.4 it is hardly a sixth.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.search.engines.layout import BREAK, PARTS, Contents
from app.search.faint import FAINT_WORDS

TITLE_SHARE = 0.6
BEGINNING = 150
"""Stems of the body that are compared; what follows is output and logs more often than not."""

FAINT, ORDINARY, TELLING = 0.2, 1.0, 1.5
"""What a word of asking counts, any other one, and one with a digit."""

LIKELY = 0.45
"""From here on two questions may well ask the same, so that somebody should look."""

VERY = 0.6
"""From here on they say nearly the same in the same words."""

_TITLE, _BODY = PARTS.index("title"), PARTS.index("body")


def likeness(one: Contents, other: Contents) -> float:
    """How alike they are, the same in either order: 1 for the same words, 0 for no word in common."""
    titles = _dice(one.parts[_TITLE], other.parts[_TITLE])
    bodies = one.parts[_BODY][:BEGINNING], other.parts[_BODY][:BEGINNING]
    if not all(bodies):
        return titles
    return TITLE_SHARE * titles + (1 - TITLE_SHARE) * _dice(*bodies)


def in_words(found: float) -> str:
    """What a reader is told of a likeness; "" where it is not worth a word."""
    if found >= VERY:
        return "very alike"
    return "much alike" if found >= LIKELY else ""


def _dice(one: Iterable[str], other: Iterable[str]) -> float:
    mine, yours = set(one) - {BREAK}, set(other) - {BREAK}
    both = _weight(mine) + _weight(yours)
    return 2 * _weight(mine & yours) / both if both else 0.0


def _weight(stems: Iterable[str]) -> float:
    return sum(map(_weight_of, sorted(stems)))


def _weight_of(stem: str) -> float:
    if stem in FAINT_WORDS:
        return FAINT
    return TELLING if any(character.isdigit() for character in stem) else ORDINARY
