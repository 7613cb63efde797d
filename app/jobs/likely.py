"""Looking whether new questions were asked before, for the stewards' list."""

from __future__ import annotations

import time

from app.kernel.db import db, write
from app.search import likely
from app.search.index_progress import is_filling
from app.search.likely import Look, Pair
from app.search.port import IndexUnavailable
from app.search.saved_news import indexed_until

MOST_A_ROUND = 25
SECONDS_A_ROUND = 2.0


def look_for_likely_duplicates() -> int:
    """Look through the questions that are new since the last round; returns how many pairs were found.

    None while the index is being filled: what is most alike may not be in it yet.
    """
    look = None if is_filling() else _look()
    db.session.rollback()
    if look is None:
        return 0
    with write():
        return likely.note(look)


def _look() -> Look | None:
    """As many questions as there is time for; None where there is nothing to look at, or no index."""
    pairs: list[Pair] = []
    looked: list[int] = []
    until, begun = None, time.monotonic()
    for question_id, public_since in likely.due(indexed_until(), MOST_A_ROUND):
        if time.monotonic() - begun > SECONDS_A_ROUND:
            break
        try:
            found = likely.find_original(question_id)
        except IndexUnavailable:
            break
        pairs += [found] if found else []
        looked.append(question_id)
        until = public_since
    return Look(until, looked, pairs) if until else None
