"""Closing and opening questions, locking and unlocking threads. The caller holds the write transaction."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from app.curation import record, rules
from app.curation.events import QuestionClosed, QuestionReopened
from app.curation.models import Done, DuplicateProposal
from app.kernel import clock, events
from app.kernel.db import db
from app.people.models import Person
from app.posts import actions as posts
from app.questions import next_steps
from app.questions.models import CloseReason, LinkKind, Question, QuestionLink
from app.questions.next_steps import Deed


def close_question(question: Question, reason: str, *, by: Person, note: str = "") -> None:
    """Take no more answers to a question, for one of the reasons that `by` may give."""
    posts.lock(question)
    rules.check_can_close(by, question, reason)
    note = note[: rules.LONGEST_WORDS]
    shut(question, CloseReason(reason), by=by, note=note)
    record.note(question, Done.CLOSED, by=by, words=f"{rules.REASONS[CloseReason(reason)].words}.")
    events.record(QuestionClosed(question_id=question.id, by_id=by.id))


def shut(question: Question, reason: CloseReason, *, by: Person, note: str = "") -> None:
    """Write down that a locked question takes no more answers; what was proposed about it is settled by that."""
    question.closed_at = clock.now()
    question.closed_by_id = by.id
    question.close_reason = reason
    question.close_note = note
    next_steps.hand_on(question, Deed.SETTLED)
    waiting = DuplicateProposal.question_id == question.id, DuplicateProposal.settled_at.is_(None)
    settled = {"settled_at": question.closed_at, "settled_by_id": by.id}
    db.session.execute(update(DuplicateProposal).where(*waiting).values(**settled))


def reopen_question(question: Question, *, by: Person) -> None:
    """Take answers again. A question that led to another one leads there no longer, but still mentions it."""
    posts.lock(question)
    rules.check_can_reopen(by, question)
    question.closed_at = question.closed_by_id = question.duplicate_of_id = None
    question.close_reason = question.close_note = ""
    next_steps.hand_on(question, Deed.REOPENED)
    _only_mention_others(question)
    record.note(question, Done.REOPENED, by=by)
    events.record(QuestionReopened(question_id=question.id, by_id=by.id))


def lock_thread(question: Question, *, by: Person, note: str = "") -> None:
    """Let a thread stay as it is, for everybody but stewards."""
    posts.lock(question)
    rules.check_can_lock(by, question)
    if question.is_locked:
        return
    question.locked_at, question.locked_by_id = clock.now(), by.id
    question.lock_note = note[: rules.LONGEST_WORDS]
    record.note(question, Done.LOCKED, by=by)


def unlock_thread(question: Question, *, by: Person) -> None:
    """Let everybody write in the thread again."""
    posts.lock(question)
    rules.check_can_lock(by, question)
    if not question.is_locked:
        return
    question.locked_at = question.locked_by_id = None
    question.lock_note = ""
    record.note(question, Done.UNLOCKED, by=by)


def link(question: Question, other: Question, kind: LinkKind) -> None:
    """Let a question point to another one, if it does not yet in this way."""
    key = {"question_id": question.id, "related_id": other.id, "kind": kind}
    if db.session.scalar(select(QuestionLink).filter_by(**key)) is None:
        db.session.add(QuestionLink(**key))
        db.session.flush()


def _only_mention_others(question: Question) -> None:
    same = QuestionLink.question_id == question.id, QuestionLink.kind == LinkKind.DUPLICATE
    others = db.session.scalars(select(QuestionLink.related_id).where(*same)).all()
    db.session.execute(delete(QuestionLink).where(*same))
    for other in db.session.scalars(select(Question).where(Question.id.in_(others))):
        link(question, other, LinkKind.RELATED)
