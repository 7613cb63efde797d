"""Telling people of new threads in the searches that they keep."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime

from app.kernel.db import db, write
from app.search import saved_news
from app.search.port import IndexUnavailable
from app.search.saved_news import Round

MOST_A_ROUND = 50
SECONDS_A_ROUND = 2.0


def tell_of_new_threads() -> int:
    """Look through the kept searches whose turn it is; returns how many have news for their owners."""
    until = saved_news.indexed_until()
    rounds = list(_rounds(until))
    if not rounds:
        db.session.rollback()
        return 0
    with write():
        return sum(saved_news.note_round(found, until) for found in rounds)


def _rounds(until: datetime) -> Iterator[Round]:
    """What was found, for as many searches as there is time for; none while there is no index."""
    newest, begun = saved_news.newest_thread(), time.monotonic()
    for search in saved_news.due(until, MOST_A_ROUND):
        if newest is None or newest <= search.told_until:
            yield Round(search_id=search.id, told_until=search.told_until, count=0, is_untold=False)
            continue
        if time.monotonic() - begun > SECONDS_A_ROUND:
            return
        try:
            yield saved_news.look_through(search, until)
        except IndexUnavailable:
            return
