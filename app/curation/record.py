"""What was done to a thread, and by whom: written in the same transaction, and read at the thread's side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.curation.models import Done, RecordEntry
from app.kernel.db import db
from app.people.models import Person
from app.questions import queries as questions
from app.questions.models import Question

SHOWN = 20


@dataclass(frozen=True)
class Line:
    """One thing that was done, and the other thread it was done with, if the reader may see that."""

    entry: RecordEntry
    other: Question | None


def note(question: Question, done: Done, *, by: Person, words: str = "", other: Question | None = None) -> None:
    """Keep that `by` has just done this to the thread. The caller holds the write transaction."""
    entry = RecordEntry(question_id=question.id, done=done, by_id=by.id, words=words)
    entry.other_id = other.id if other else None
    db.session.add(entry)


def record_of(question: Question, viewer: Person | None) -> Sequence[Line]:
    """The last things that were done to a thread, oldest first.

    What was done while it was confidential is no part of what its people agreed to make public.
    """
    rows = select(RecordEntry).where(RecordEntry.question_id == question.id)
    if question.opened_at is not None:
        rows = rows.where(RecordEntry.at >= question.opened_at)
    rows = rows.options(joinedload(RecordEntry.by)).order_by(RecordEntry.id.desc()).limit(SHOWN)
    entries = db.session.scalars(rows).unique().all()[::-1]
    others = questions_by_id({entry.other_id for entry in entries if entry.other_id}, viewer)
    return [Line(entry, others.get(entry.other_id or 0)) for entry in entries]


def questions_by_id(ids: set[int], viewer: Person | None) -> dict[int, Question]:
    """Those of these questions that `viewer` may see, for links to them."""
    if not ids:
        return {}
    rows = questions.for_links(questions.visible_to(viewer).where(Question.id.in_(ids)))
    return {question.id: question for question in db.session.scalars(rows).unique()}


def was_done(question: Question, done: Done) -> RecordEntry | None:
    """The last time this was done to the thread."""
    rows = select(RecordEntry).where(RecordEntry.question_id == question.id, RecordEntry.done == done)
    return db.session.scalars(rows.order_by(RecordEntry.id.desc()).limit(1)).first()
