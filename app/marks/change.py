"""How much of a text is another text: what tells a correction from a repaired comma."""

from __future__ import annotations

from app.posts.alignment import Budget, common_runs
from app.posts.differences import WORD


def changed_part(old: str, new: str) -> float:
    """The part of the characters that differ, from 0 to 1: of the longer of both texts, spaces aside.

    Compared by words in bounded time; in texts that are too unlike to be compared to the end, the rest has changed.
    """
    before, after = _words(old), _words(new)
    kept = common_runs(before, after, Budget())
    same = sum(len(word) for run in kept for word in before[run.old : run.old + run.length])
    longest = max(sum(map(len, before)), sum(map(len, after)))
    return 1 - same / longest if longest else 0.0


def _words(text: str) -> list[str]:
    return [word for word in WORD.findall(text) if not word.isspace()]
