"""How far the index is with what has changed: the notes that wait, and the build that this database has filled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.kernel import clock
from app.kernel.db import db
from app.search.models import IndexProgress, PendingThread

LONGEST_REBUILD = timedelta(days=1)
"""A rebuild that began earlier has died without a word."""

WAITS = PendingThread.applied_at.is_(None)


@dataclass(frozen=True)
class Pending:
    """Questions whose threads have changed, the last first, each with the ids of its notes."""

    notes: dict[int, list[int]]

    @property
    def question_ids(self) -> list[int]:
        return list(self.notes)

    @property
    def note_ids(self) -> list[int]:
        return [note_id for note_ids in self.notes.values() for note_id in note_ids]

    def only(self, question_ids: Iterable[int]) -> Pending:
        """The part about these questions."""
        return Pending({question_id: self.notes[question_id] for question_id in question_ids})


def pending(limit: int) -> Pending:
    """The threads that changed last, at most `limit`.

    The last first: what was posted a moment ago does not wait behind a whole index that is being filled.
    """
    newest = select(PendingThread.question_id).where(WAITS).order_by(PendingThread.id.desc()).limit(limit)
    notes: dict[int, list[int]] = {question_id: [] for question_id in db.session.scalars(newest)}
    rows = select(PendingThread.question_id, PendingThread.id).where(WAITS, PendingThread.question_id.in_(notes))
    for question_id, note_id in db.session.execute(rows):
        notes[question_id].append(note_id)
    return Pending(notes)


def pending_count() -> int:
    """How many threads wait to be indexed."""
    return db.session.scalar(select(func.count(PendingThread.question_id.distinct())).where(WAITS)) or 0


def oldest_pending() -> datetime | None:
    """Since when the thread waits that waits longest; None where none does."""
    return db.session.scalar(select(func.min(PendingThread.marked_at)).where(WAITS))


def progress() -> IndexProgress | None:
    """Which build of the index this database has filled; None before the first."""
    return db.session.get(IndexProgress, 1)


def is_filling() -> bool:
    """True while the index may lack threads because it is new: what is not found may be there nevertheless."""
    known = progress()
    return known is None or known.filled_at is None


def is_reported() -> bool:
    """True where the worker knows already that a search failed."""
    known = progress()
    return known is not None and known.failed_query is not None


def rebuild_began_at() -> datetime | None:
    """Since when another index is made beside the one that is read; None when none is."""
    known = progress()
    began = known.rebuild_began_at if known else None
    return began if began and clock.now() - began < LONGEST_REBUILD else None


def every_note() -> frozenset[int]:
    """The ids of all notes, also of those that the live index has."""
    return frozenset(db.session.scalars(select(PendingThread.id)))
