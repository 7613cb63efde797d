"""Counting the words of all threads, every night, beside what else the worker does."""

from __future__ import annotations

import time
from collections import Counter
from datetime import datetime, timedelta

import structlog

from app.kernel import clock
from app.kernel.db import write
from app.search import dictionary, documents
from app.search.port import Thread

COUNTED_AT = 3
"""The hour (UTC) at which the words are counted."""

AT_ONCE = 20
PAUSE = 3.0
"""How long the threads beside this one then have the processor to themselves, as times of what reading took."""

MOST_IN_MEMORY = 600_000

log = structlog.get_logger(__name__)


def count_due_words() -> bool:
    """Count them if this has not been done since last night; returns whether it was."""
    if not dictionary.is_due(_last_night(clock.now())):
        return False
    count_words()
    return True


def count_words(*, pause: float = PAUSE) -> None:
    """Make the dictionary from all public threads. Where it is broken off, the next time does it from the start.

    It holds no transaction for longer than a moment: the table follows in steps. `pause` as PAUSE; 0 does it at once.
    """
    started = time.monotonic()
    before = dictionary.counted_words()
    counted = _count(pause)
    for step in dictionary.recount(before, counted).steps():
        with write():
            dictionary.apply_step(step)
    with write():
        dictionary.note_counted()
    log.info("words counted", words=len(counted), seconds=round(time.monotonic() - started, 1))


def _count(pause: float) -> Counter[str]:
    counted: Counter[str] = Counter()
    batch: list[Thread] = []
    since = time.monotonic()
    for thread in documents.every_thread():
        batch.append(thread)
        if len(batch) == AT_ONCE:
            _add(counted, batch)
            time.sleep(pause * (time.monotonic() - since))
            since = time.monotonic()
    _add(counted, batch)
    return counted


def _add(counted: Counter[str], batch: list[Thread]) -> None:
    counted.update(dictionary.words_in(batch))
    batch.clear()
    if len(counted) > MOST_IN_MEMORY:
        # What was met once until now is no word of many threads; the few that return later are counted from there.
        for word in [word for word, threads in counted.items() if threads == 1]:
            del counted[word]


def _last_night(now: datetime) -> datetime:
    last = now.replace(hour=COUNTED_AT, minute=0, second=0, microsecond=0)
    return last if last <= now else last - timedelta(days=1)
