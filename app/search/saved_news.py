"""What is new in the searches that people keep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from app.kernel import clock
from app.kernel.db import db
from app.kernel.events import record
from app.people.models import Person
from app.questions.models import Question
from app.questions.queries import for_everybody, visible_to
from app.search.checking import kept
from app.search.engines import site_index
from app.search.events import SearchFoundMore
from app.search.filters import narrowed
from app.search.index_progress import oldest_pending
from app.search.language import Day, parse
from app.search.lookup import look_up
from app.search.models import SavedSearch
from app.search.port import Order

MOST_NEW = 100
"""New threads of one search are counted up to here."""

SETTLED_AFTER = timedelta(minutes=1)
"""A thread this old is in the index, unless the index says that it waits."""

LOOKED_AGAIN_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Round:
    """What one kept search has that is new to its owner; `told_until` is as it was when that was read."""

    search_id: int
    told_until: datetime
    count: int
    is_untold: bool


def indexed_until() -> datetime:
    """Every thread asked before this moment can be found by now."""
    settled = clock.now() - SETTLED_AFTER
    waiting = oldest_pending()
    return min(settled, waiting) if waiting else settled


def due(until: datetime, limit: int) -> Sequence[SavedSearch]:
    """Kept searches whose owners are to be told of what is new, with them: those looked through longest ago first."""
    rows = (
        select(SavedSearch)
        .join(Person, Person.id == SavedSearch.person_id)
        .where(SavedSearch.is_told, SavedSearch.told_until < until - LOOKED_AGAIN_AFTER)
        .where(Person.active, Person.email.is_not(None))
        .options(joinedload(SavedSearch.person))
        .order_by(SavedSearch.told_until, SavedSearch.id)
        .limit(limit)
    )
    return db.session.scalars(rows).all()


def newest_thread() -> datetime | None:
    """When the newest thread was asked that everybody may read; None where there is none."""
    return db.session.scalar(select(func.max(Question.asked_at)).where(for_everybody()))


def new_threads(search: SavedSearch, owner: Person, *, since: datetime, until: datetime) -> list[datetime]:
    """When the threads of a search were asked that others asked in that time, newest first and MOST_NEW at most.

    One query of the engine; the database says what `owner` may see, and whether the words stand there. Raises
    IndexUnavailable.
    """
    query = look_up(parse(search.query), owner).with_term(Day("after", since.date()))
    hits = site_index().query(query, order=Order.NEWEST, limit=MOST_NEW)
    if not hits.complete:
        return []
    rows = narrowed(visible_to(owner), query).where(
        Question.id.in_(hits.ids[: hits.complete]),
        for_everybody(),
        Question.deleted_at.is_(None),
        Question.author_id != owner.id,
        Question.asked_at > since,
        Question.asked_at <= until,
    )
    found = db.session.execute(rows.with_only_columns(Question.id, Question.asked_at)).all()
    stands = kept([row.id for row in found], query, owner)
    return sorted((row.asked_at for row in found if row.id in stands), reverse=True)


def look_through(search: SavedSearch, until: datetime) -> Round:
    """What a kept search, with its owner, has that is new. Raises IndexUnavailable."""
    new = new_threads(search, search.person, since=search.looked_at, until=until)
    is_untold = bool(new) and new[0] > search.told_until
    return Round(search_id=search.id, told_until=search.told_until, count=len(new), is_untold=is_untold)


def note_round(found: Round, until: datetime) -> bool:
    """Let a search be looked through until this moment; True where its owner is to be told, which is recorded.

    Of two workers that looked through the same search, the first one tells. The caller holds the write transaction.
    """
    as_read = SavedSearch.id == found.search_id, SavedSearch.told_until == found.told_until
    done = db.session.execute(update(SavedSearch).where(*as_read).values(told_until=until))
    is_told = found.is_untold and bool(done.rowcount)  # type: ignore[attr-defined]
    if is_told:
        record(SearchFoundMore(search_id=found.search_id, count=found.count, until=until.isoformat()))
    return is_told
