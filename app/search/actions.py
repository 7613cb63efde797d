"""Keeping account of what the index still lacks. The caller holds the write transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, literal, select, update

from app.kernel import clock
from app.kernel.db import db
from app.questions.models import Question, question_tags
from app.search.index_progress import WAITS, Pending, rebuild_began_at
from app.search.models import IndexProgress, PendingThread

AT_ONCE = 1_000
LONGEST_QUERY = 200


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
    everything = select(Question.id, literal(clock.now(), PendingThread.marked_at.type)).order_by(Question.id)
    db.session.execute(insert(PendingThread).from_select(["question_id", "marked_at"], everything))


def settle(batch: Pending, build: str) -> None:
    """`build` has what these notes ask for. A thread that was marked again meanwhile has another note, which stays.

    Where another build was swapped in meanwhile, all notes stay. Where another worker has settled some of them, either
    of both may have been the one with the older text, so the threads are marked once more.
    """
    known = _progress()
    if known.build != build:
        return
    known.applied_at = clock.now()
    if known.rebuild_began_at and rebuild_began_at() is None:
        forget_rebuild()
    if sum(map(_settle, _batches(batch.note_ids))) < len(batch.note_ids):
        mark_threads(batch.question_ids)


def note_new_build(build: str) -> None:
    """This database has not filled `build` yet: every thread is to go into it."""
    db.session.execute(delete(PendingThread).where(PendingThread.question_id.in_(select(Question.id))))
    mark_all_threads()
    known = _progress()
    known.build, known.filled_at, known.failed_query = build, None, None


def note_filled(build: str) -> None:
    """Every thread is in `build`."""
    known = _progress()
    if known.build == build:
        known.filled_at = clock.now()


def note_failed_search(query: str) -> None:
    """This search met an index that cannot be read."""
    _progress().failed_query = query[:LONGEST_QUERY]


def forget_failed_search() -> None:
    """The search that failed has been looked into."""
    _progress().failed_query = None


def begin_rebuild() -> datetime:
    """Another index is made beside the live one. Notes are kept from now on; gives the moment, which names the run."""
    began_at = clock.now()
    _progress().rebuild_began_at = began_at
    return began_at


def finish_rebuild(build: str, began_at: datetime, noted: Collection[int]) -> None:
    """`build` has every thread as it was when the notes `noted` stood here, or later; other notes are to follow."""
    known = _progress()
    if rebuild_began_at() != began_at:
        return  # It was taken for dead meanwhile and notes were dropped, so the worker fills the build once more.
    _drop(sorted(noted))
    db.session.execute(update(PendingThread).values(applied_at=None))
    known.rebuild_began_at = known.failed_query = None
    known.build, known.applied_at, known.filled_at = build, clock.now(), clock.now()


def give_up_rebuild(began_at: datetime) -> None:
    """The index that was being made will not be: the live one has all that its notes say."""
    if _progress().rebuild_began_at == began_at:
        forget_rebuild()


def forget_rebuild() -> None:
    """No other index is being made, so what the live one has needs no notes."""
    _progress().rebuild_began_at = None
    db.session.execute(delete(PendingThread).where(PendingThread.applied_at.is_not(None)))


def _progress() -> IndexProgress:
    """The one row, so that of two who change it the second waits for the first."""
    row = db.session.get(IndexProgress, 1, with_for_update=True)
    if row is None:
        row = IndexProgress(id=1, build="")
        db.session.add(row)
    return row


def _settle(note_ids: Sequence[int]) -> int:
    """Notes are kept while another index is made, which may have read the threads before they changed."""
    these = PendingThread.id.in_(note_ids), WAITS
    if rebuild_began_at() is None:
        done = db.session.execute(delete(PendingThread).where(*these))
    else:
        done = db.session.execute(update(PendingThread).where(*these).values(applied_at=clock.now()))
    return int(done.rowcount)  # type: ignore[attr-defined]


def _drop(note_ids: Sequence[int]) -> None:
    for some in _batches(note_ids):
        db.session.execute(delete(PendingThread).where(PendingThread.id.in_(some)))


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
