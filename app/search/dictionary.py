"""The words as they are written in public threads, with the number of threads: for spelling, and for ending words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from app.search.port import Change


def words_in(changes: Iterable[Change]) -> Counter[str]:
    """The words of these threads, each with how many of them have it. Needs no transaction and no database."""
    raise NotImplementedError


def add_words(words: Mapping[str, int]) -> None:
    """Keep words that are new, and larger counts of known ones. The caller holds the write transaction."""
    raise NotImplementedError
