"""What is searched for, counted by day without the people: what is missing here, and what more and more look for.

A day is one of UTC, and is looked at once it is over. The caller of what changes something holds the transaction.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, case, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from app.kernel import clock
from app.kernel.db import db
from app.posts.sensitive import find_sensitive
from app.search.language import Query
from app.search.models import SearchCount

KEEP_DAYS = 90
LONGEST_COUNTED = 120
MOST_WORDS_A_DAY = 10_000
"""Different words that are counted in a day, so that nobody fills the table with what nobody looks for."""

SHOWN = 20

MISSING_DAYS = 28
RECENT_DAYS = 7
WEEKS_BEFORE = 4
FEWEST_SEARCHES = 3
LEAST_RISE = 2.0


@dataclass(frozen=True, kw_only=True)
class Missing:
    """Words of which the last searches found nothing: how often they did so, and how often anybody searched."""

    words: str
    found_nothing: int
    searches: int
    last_day: date


@dataclass(frozen=True, kw_only=True)
class Rising:
    """Words that are looked for more than before: how often in the last week, and in an ordinary week before it."""

    words: str
    lately: int
    usually: float

    @property
    def rise(self) -> float:
        return rise(self.lately, self.usually)


def note(query: Query, found: int) -> None:
    """Count one search today, and whether it found nothing, unless `counted_words` has no words for it."""
    words, missed = counted_words(query), int(found == 0)
    if not words or _count(words, missed) or _is_full():
        return
    try:
        with db.session.begin_nested():
            db.session.add(SearchCount(day=_today(), words=words, searches=1, found_nothing=missed))
    except IntegrityError:
        # Somebody else looked for the same for the first time today, a moment before.
        _count(words, missed)


def counted_words(query: Query) -> str:
    """The words and phrases of a search in lower case; "" for one that is not counted.

    Not counted is what has no words, what is very long, and what holds anything that people have no business to see of
    one another: handles and addresses, serial numbers, passwords, names of hosts. Nor are searches with filters or with
    words left out: mostly they narrow one that was counted a moment before, and where they find nothing, the words may
    not be what is missing.
    """
    parts = (*query.words, *query.phrases)
    text = " ".join(map(str, parts))
    in_small_letters = text.lower()
    if len(parts) < len(query.wanted) or query.unwanted:
        return ""
    if len(in_small_letters) > LONGEST_COUNTED or "@" in text or find_sensitive(text):
        return ""
    return in_small_letters


def found_nothing(days: int = MISSING_DAYS, limit: int = SHOWN) -> Sequence[Missing]:
    """What was looked for in vain on the `days` days before today, most often first.

    What was found the last time somebody looked for it is missing no longer.
    """
    missed, day = func.sum(SearchCount.found_nothing), SearchCount.day
    last_missed = func.max(case((SearchCount.found_nothing > 0, day)))
    rows = (
        _days_before_today(days)
        .with_only_columns(SearchCount.words, missed, func.sum(SearchCount.searches), last_missed)
        .group_by(SearchCount.words)
        .having(last_missed == func.max(day))
        .order_by(missed.desc(), SearchCount.words)
        .limit(limit)
    )
    return [
        Missing(words=words, found_nothing=int(times), searches=int(searches), last_day=last)
        for words, times, searches, last in db.session.execute(rows)
    ]


def trending(limit: int = SHOWN) -> Sequence[Rising]:
    """What was looked for more in the last RECENT_DAYS days, without today, than in the WEEKS_BEFORE weeks before them.

    Listed is what was searched for at least FEWEST_SEARCHES times, and whose `rise` is at least LEAST_RISE.
    """
    border = _today() - timedelta(days=RECENT_DAYS)
    searches = SearchCount.searches
    lately = func.sum(case((SearchCount.day >= border, searches), else_=0))
    before = func.sum(case((SearchCount.day < border, searches), else_=0))
    rows = (
        _days_before_today(RECENT_DAYS + 7 * WEEKS_BEFORE)
        .with_only_columns(SearchCount.words, lately, before)
        .group_by(SearchCount.words)
        .having(lately >= FEWEST_SEARCHES, lately * WEEKS_BEFORE > before)
    )
    found = [
        Rising(words=words, lately=int(recent), usually=int(earlier) / WEEKS_BEFORE)
        for words, recent, earlier in db.session.execute(rows)
    ]
    rising = [one for one in found if one.rise >= LEAST_RISE]
    return sorted(rising, key=lambda one: (-one.rise, one.words))[:limit]


def rise(lately: int, usually: float) -> float:
    """How far `lately` is above an ordinary week: (lately - usually) / √(usually + 1).

    Counts of independent searches scatter by about the square root of their mean, so this is a distance in ordinary
    scatters. The 1 smooths: a few searches for something new do not come before a real rush.
    """
    return (lately - usually) / math.sqrt(usually + 1)


def forget_old() -> None:
    """Drop the counts of more than KEEP_DAYS days ago."""
    db.session.execute(delete(SearchCount).where(SearchCount.day < _today() - timedelta(days=KEEP_DAYS)))


def _count(words: str, missed: int) -> bool:
    """Add one to the count of today; False where there is none yet."""
    row = SearchCount.day == _today(), SearchCount.words == words
    more = {"searches": SearchCount.searches + 1, "found_nothing": SearchCount.found_nothing + missed}
    done = db.session.execute(update(SearchCount).where(*row).values(more))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def _is_full() -> bool:
    """True where as many different words were counted today as there is room for."""
    counted = db.session.scalar(select(func.count()).where(SearchCount.day == _today())) or 0
    return counted >= MOST_WORDS_A_DAY


def _days_before_today(days: int) -> Select[SearchCount]:
    today = _today()
    return select(SearchCount).where(SearchCount.day >= today - timedelta(days=days), SearchCount.day < today)


def _today() -> date:
    return clock.now().date()
