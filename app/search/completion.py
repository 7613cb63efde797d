"""Words that go on as what was typed begins."""

from __future__ import annotations

from heapq import nlargest

from app.search.dictionary import dictionary
from app.search.words import stem

FORMS = 6
"""Forms of one stem that are looked past, at most: "replicate", "replicated", "replicates", "replicating"."""


def complete(prefix: str, *, most: int = 3) -> list[str]:
    """The words of most threads that begin with `prefix`, one of each stem. They may stand in threads that are gone."""
    words = dictionary()
    begun = nlargest(most * FORMS, words.beginning(prefix.lower()), key=lambda word: (words.threads(word), word))
    found: dict[str, str] = {}
    for word in begun:
        found.setdefault(stem(word), word)
    return list(found.values())[:most]
