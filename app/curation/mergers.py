"""Merging two threads: everything below a question moves below another one. The caller holds the write transaction."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select, update

from app.curation import openings, record, rules
from app.curation.closures import link, shut
from app.curation.duplicates import end_of, lock_all, point, pointing_to, take_turn_to_point
from app.curation.events import ThreadsMerged
from app.curation.models import Done
from app.kernel import events
from app.kernel.db import db
from app.kernel.turns import take_turn
from app.people.models import MEMBER, Person
from app.posts.attachments import TURN
from app.posts.models import Comment, Post, PostAttachment
from app.questions import next_steps
from app.questions.events import AcceptanceChanged
from app.questions.models import Answer, CloseReason, LinkKind, Question
from app.questions.next_steps import Deed

_answers = Answer.__table__


def merge_threads(question: Question, target: Question, *, by: Person, note: str = "") -> None:
    """Move the answers and comments of a question below `target`, close it, and lead its readers there.

    Votes, revisions and marks belong to the posts and go with them. What the target has accepted stays accepted; what
    the question had accepted does so only where the same person asked both and has accepted nothing in the target.
    """
    take_turn_to_point()
    target, pointing = end_of(target), pointing_to(question)
    lock_all([question, target, *pointing])
    rules.check_can_merge(by, question, target)
    moved = db.session.scalars(select(_answers.c.id).where(_answers.c.question_id == question.id)).all()
    _move_acceptance(question, target)
    _move_answers(question, target)
    _move_comments(question, target)
    _share_files(question, target)
    if target.company_withheld:
        _withhold_company(target, moved)
    _keep_latest_activity(question, target)
    openings.ask_everybody_again(target)
    shut(question, CloseReason.MERGED, by=by, note=note[: rules.LONGEST_WORDS])
    question.duplicate_of_id = target.id
    link(question, target, LinkKind.DUPLICATE)
    for one in pointing:
        point(one, target, by=by)
    record.note(question, Done.MERGED, by=by, other=target)
    record.note(target, Done.TOOK_IN, by=by, other=question)
    events.record(ThreadsMerged(question_id=question.id, original_id=target.id, by_id=by.id))


def _move_acceptance(question: Question, target: Question) -> None:
    answer_id, accepted_at = question.accepted_answer_id, question.accepted_at
    if answer_id is None:
        return
    _accept(question, None)
    if target.accepted_answer_id is None and question.author_id == target.author_id:
        _accept(target, answer_id)
        target.accepted_at = accepted_at
        next_steps.hand_on(target, Deed.SETTLED)


def _accept(question: Question, answer_id: int | None) -> None:
    previous, question.accepted_answer_id, question.accepted_at = question.accepted_answer_id, answer_id, None
    events.record(AcceptanceChanged(question_id=question.id, answer_id=answer_id, replaces_answer_id=previous))


def _move_answers(question: Question, target: Question) -> None:
    """All of them: a deleted one leaves its tombstone where the others are."""
    db.session.execute(update(Answer).where(Answer.question_id == question.id).values(question_id=target.id))
    target.answer_count += question.answer_count
    question.answer_count = 0


def _move_comments(question: Question, target: Question) -> None:
    """Those on the question itself; the others hang on their answers."""
    db.session.execute(update(Comment).where(Comment.post_id == question.id).values(post_id=target.id))
    target.comment_count += question.comment_count
    question.comment_count = 0


def _share_files(question: Question, target: Question) -> None:
    """The comments that moved keep the files they name; what a text does not name is fetched by nobody."""
    take_turn(TURN, 0)
    known = select(PostAttachment.attachment_id).where(PostAttachment.post_id == target.id)
    linked = select(PostAttachment.attachment_id).where(PostAttachment.post_id == question.id)
    missing = db.session.scalars(linked.where(PostAttachment.attachment_id.not_in(known))).all()
    db.session.add_all(PostAttachment(post_id=target.id, attachment_id=one) for one in missing)


def _withhold_company(target: Question, answer_ids: Sequence[int]) -> None:
    """Take the company off what the person who asked has written in the other thread, where it was not withheld."""
    thread = [target.id, *answer_ids]
    _forget_employer(Post, Post.id.in_(answer_ids), Post.author_id == target.author_id)
    _forget_employer(Comment, Comment.post_id.in_(thread), Comment.author_id == target.author_id)


def _forget_employer(kind: type[Post] | type[Comment], *which: ColumnElement[bool]) -> None:
    db.session.execute(update(kind).where(*which, kind.author_role == MEMBER).values(author_employer=""))


def _keep_latest_activity(question: Question, target: Question) -> None:
    """Lists say what happened last in a thread; what was only asked has not happened there."""
    if question.last_activity_kind != "asked" and question.last_activity_at > target.last_activity_at:
        target.last_activity_at = question.last_activity_at
        target.last_activity_kind = question.last_activity_kind
        target.last_activity_by_id = question.last_activity_by_id


def what_moves(question: Question) -> tuple[int, int]:
    """How many answers and comments a merge would move: those that are not deleted."""
    below = select(_answers.c.id).where(_answers.c.question_id == question.id)
    here = (Comment.post_id == question.id) | Comment.post_id.in_(below)
    comments = select(func.count(Comment.id)).where(here, Comment.deleted_at.is_(None))
    return question.answer_count, db.session.scalar(comments) or 0
