"""Who follows a question: whoever wrote in it, or followed one that leads to it now, unless they have ended that."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, func, or_, select, union_all

from app.kernel.db import db
from app.kernel.turns import take_turn
from app.notifications.models import Follow
from app.people.models import Person
from app.posts.models import Comment, Post
from app.questions.models import Answer, Question

TURN = "follows"

_answers = Answer.__table__


def settle_follows(question_id: int) -> None:
    """Let everybody follow who should. What somebody has begun or ended by hand stays as it is."""
    take_turn(TURN, question_id)
    known = set(db.session.scalars(select(Follow.person_id).where(Follow.question_id == question_id)))
    _add(question_id, _led_here(question_id), known)
    writers = ((person_id, since, None) for person_id, since in db.session.execute(writers_in(question_id)))
    _add(question_id, writers, known)
    db.session.flush()


def writers_in(question_id: int) -> Select[int, datetime]:
    """Who wrote in a thread, and when first. What came with an import has authors whom nobody can tell anything."""
    answers = select(_answers.c.id).where(_answers.c.question_id == question_id)
    written = select(Post.author_id, Post.created_at).where(
        or_(Post.id == question_id, Post.id.in_(answers)), Post.source.is_(None)
    )
    said = select(Comment.author_id, Comment.created_at).where(
        or_(Comment.post_id == question_id, Comment.post_id.in_(answers)), Comment.source.is_(None)
    )
    texts = union_all(written, said).subquery()
    return select(texts.c.author_id, func.min(texts.c.created_at)).group_by(texts.c.author_id)


def followers_at(question_id: int, moment: datetime) -> set[int]:
    """Who followed a question at some moment, and still does."""
    rows = select(Follow.person_id).where(Follow.question_id == question_id, Follow.since <= moment)
    return set(db.session.scalars(rows.where(Follow.ended_at.is_(None))))


def is_following(person: Person | None, question: Question) -> bool:
    """True for who follows a question, and for who wrote there a moment ago and will follow it in another."""
    if person is None:
        return False
    own = select(Follow.ended_at.is_(None)).where(Follow.person_id == person.id, Follow.question_id == question.id)
    writers = writers_in(question.id).subquery()
    has_written = select(writers.c.author_id).where(writers.c.author_id == person.id).exists()
    return bool(db.session.scalar(select(func.coalesce(own.scalar_subquery(), has_written))))


def _led_here(question_id: int) -> Iterable[tuple[int, datetime, datetime | None]]:
    """The followers of the questions that lead to this one; those who ended that will not begin here."""
    led_at = func.coalesce(Question.closed_at, Question.last_activity_at)
    rows = select(Follow.person_id, led_at, Follow.ended_at).join(Question, Question.id == Follow.question_id)
    # Of somebody who ended one of several, the others still hold.
    found = rows.where(Question.duplicate_of_id == question_id).order_by(Follow.ended_at.is_not(None))
    return ((person_id, since, ended_at) for person_id, since, ended_at in db.session.execute(found))


def _add(question_id: int, found: Iterable[tuple[int, datetime, datetime | None]], known: set[int]) -> None:
    for person_id, since, ended_at in found:
        if person_id not in known:
            known.add(person_id)
            db.session.add(Follow(person_id=person_id, question_id=question_id, since=since, ended_at=ended_at))
