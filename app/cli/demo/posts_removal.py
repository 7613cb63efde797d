"""What goes with the demo's people: their posts with everything below, their comments, and what these had earned."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, func, or_, select, update

from app.kernel.db import db
from app.posts.models import Comment, Post
from app.questions.models import Answer, Question
from app.reputation import sums as reputation
from app.reputation.models import ReputationEntry


@dataclass(frozen=True, kw_only=True)
class Going:
    """The ids of what goes: people, and whatever they wrote with everything below it.

    `comments` are theirs below posts that stay; `touched` are the questions that stay but lose something.
    """

    people: set[int]
    questions: set[int]
    answers: set[int]
    comments: set[int]
    touched: set[int]

    @property
    def posts(self) -> set[int]:
        return self.questions | self.answers


@dataclass(frozen=True, kw_only=True)
class Others:
    """How many texts of other people stand below posts that go."""

    answers: int
    comments: int


def what_goes(people: set[int]) -> Going:
    """Find out what goes with these people."""
    questions = set(db.session.scalars(select(Question.id).where(Question.author_id.in_(people))))
    theirs = or_(Answer.question_id.in_(questions), Answer.author_id.in_(people))
    columns = select(Answer.id, Answer.question_id).where(theirs)
    answers = dict(db.session.execute(columns).all())
    comments = _comments_elsewhere(people, questions | answers.keys())
    return Going(
        people=people,
        questions=questions,
        answers=set(answers),
        comments=set(comments),
        touched={*answers.values(), *comments.values()} - questions,
    )


def count_others(going: Going) -> Others:
    """Count what is not by these people and goes all the same."""
    answers = select(func.count(Answer.id)).where(Answer.id.in_(going.answers), Answer.author_id.not_in(going.people))
    below = Comment.post_id.in_(going.posts)
    comments = select(func.count(Comment.id)).where(below, Comment.author_id.not_in(going.people))
    return Others(answers=db.session.scalar(answers) or 0, comments=db.session.scalar(comments) or 0)


def remove_posts(going: Going) -> None:
    """Remove posts and comments; votes, revisions and events go with their posts."""
    poorer = _forget_earnings(going)
    chosen = Question.accepted_answer_id.in_(going.answers)
    db.session.execute(update(Question).where(chosen).values(accepted_answer_id=None, accepted_at=None))
    db.session.execute(delete(Comment).where(Comment.id.in_(going.comments)))
    db.session.execute(delete(Post).where(Post.id.in_(going.posts)))
    db.session.expire_all()
    reputation.rebuild_sums(poorer)
    for question in db.session.scalars(select(Question).where(Question.last_activity_by_id.in_(going.people))):
        _note_last_activity(question, going.people)


def _comments_elsewhere(people: Collection[int], posts: Collection[int]) -> dict[int, int]:
    """The comments of these people below posts that stay, with the question each belongs to."""
    thread = func.coalesce(Answer.__table__.c.question_id, Comment.post_id)
    rows = select(Comment.id, thread).outerjoin(Answer.__table__, Answer.__table__.c.id == Comment.post_id)
    theirs = rows.where(Comment.author_id.in_(people), Comment.post_id.not_in(posts))
    return dict(db.session.execute(theirs).all())


def _forget_earnings(going: Going) -> set[int]:
    """Take out of the ledger what these posts and people caused; returns whose sums change by it."""
    caused = or_(ReputationEntry.post_id.in_(going.posts), ReputationEntry.actor_id.in_(going.people))
    earners = set(db.session.scalars(select(ReputationEntry.person_id).where(caused).distinct()))
    db.session.execute(delete(ReputationEntry).where(caused))
    return earners - going.people


def _note_last_activity(question: Question, gone: Collection[int]) -> None:
    """Let the list of active questions say what still stands there."""
    answers = select(Answer.created_at, Answer.author_id).where(
        Answer.question_id == question.id, Answer.deleted_at.is_(None)
    )
    in_thread = select(Answer.id).where(Answer.question_id == question.id)
    comments = select(Comment.created_at, Comment.author_id).where(
        or_(Comment.post_id == question.id, Comment.post_id.in_(in_thread)), Comment.deleted_at.is_(None)
    )
    deeds = [(question.asked_at, "asked", question.author_id)]
    deeds += [(at, "answered", author) for at, author in db.session.execute(answers)]
    deeds += [(at, "commented", author) for at, author in db.session.execute(comments)]
    at, kind, author = max(deed for deed in deeds if deed[2] not in gone)
    question.last_activity_at, question.last_activity_kind, question.last_activity_by_id = at, kind, author
