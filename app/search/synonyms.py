"""Other words that say the same as a word that was typed: the names of its topic, and a general table."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from app.search.abbreviations import GROUPS
from app.search.words import exact_forms, stems

MOST = 4
"""Alternatives of one word; a search of twelve words stays one that an engine answers in time."""

Said = tuple[str, ...]
"""What an index holds for a word; two words with the same find the same."""


def alternatives(word: str, names: Iterable[str] = ()) -> tuple[str, ...]:
    """What else may stand in a thread for `word`, at most MOST: first `names`, of its topic, then the general table.

    An alternative may be of several words with hyphens, which stand side by side in a text.
    """
    found = {_said(word): word}
    for each in (*names, *_general().get(tuple(stems(word)), ())):
        found.setdefault(_said(each), each)
    return tuple(found.values())[1 : MOST + 1]


@cache
def _general() -> dict[Said, tuple[str, ...]]:
    """By the stems of each word of the table, the words of its group."""
    groups = [tuple(line.split()) for line in GROUPS.splitlines()]
    return {tuple(stems(word)): group for group in groups for word in group}


def _said(word: str) -> Said:
    return (*stems(word), *exact_forms(word))
