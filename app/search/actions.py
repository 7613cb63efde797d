"""Keeping account of what the index still lacks. The caller holds the write transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, insert, literal, select

from app.kernel import clock
from app.kernel.db import db
from app.questions.models import Question, question_tags
from app.search.models import IndexProgress, PendingThread

AT_ONCE = 1_000


def mark_threads(question_ids: Iterable[int]) -> None:
    """These threads have changed, or are gone: the index is to follow."""
    moment = clock.now()
    notes = [{"question_id": question_id, "marked_at": moment} for question_id in question_ids]
    if notes:
        db.session.execute(insert(PendingThread), notes)


def mark_topic(tag_id: int) -> None:
    """Every thread on a topic is to be indexed anew."""
    moment = literal(clock.now(), PendingThread.marked_at.type)
    threads = select(question_tags.c.question_id, moment).where(question_tags.c.tag_id == tag_id)
    db.session.execute(insert(PendingThread).from_select(["question_id", "marked_at"], threads))


def mark_all_threads() -> None:
    """Every thread is to be indexed anew."""
    everything = select(Question.id, literal(clock.now(), PendingThread.marked_at.type))
    db.session.execute(insert(PendingThread).from_select(["question_id", "marked_at"], everything))


def clear(note_ids: Sequence[int]) -> None:
    """These notes are done. A thread that was marked again meanwhile has another note, which stays."""
    for start in range(0, len(note_ids), AT_ONCE):
        db.session.execute(delete(PendingThread).where(PendingThread.id.in_(note_ids[start : start + AT_ONCE])))


def note_progress(build: str) -> None:
    """`build` of the index was added to."""
    row = db.session.get(IndexProgress, 1)
    if row is None:
        db.session.add(IndexProgress(id=1, build=build))
    else:
        row.build, row.applied_at = build, clock.now()
