"""Other words that say the same as a word that was typed: the names of its topic, and a general table."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from app.search.abbreviations import GROUPS
from app.search.words import exact_forms, stems

MOST = 4
"""Alternatives of one word; a search of twelve words stays one that an engine answers in time."""


def alternatives(word: str, names: Iterable[str] = ()) -> tuple[str, ...]:
    """What else may stand in a thread for `word`, at most MOST: first `names`, of its topic, then the general table.

    An alternative may be of several words with hyphens, which stand side by side in a text.
    """
    found = dict.fromkeys((*names, *_general().get(tuple(stems(word)), ())))
    said = _said(word)
    return tuple(each for each in found if _said(each) != said)[:MOST]


@cache
def _general() -> dict[tuple[str, ...], tuple[str, ...]]:
    """By the stems of each word of the table, the words of its group."""
    groups = [line.split() for line in GROUPS.splitlines()]
    return {tuple(stems(word)): tuple(group) for group in groups for word in group}


def _said(word: str) -> tuple[list[str], list[str]]:
    """What an index holds for a word; two words with the same find the same."""
    return stems(word), exact_forms(word)
