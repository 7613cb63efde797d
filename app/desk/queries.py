"""Reading who is called to a question, who has the same problem, and what experts write again and again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload

from app.desk.models import Greeting, Invitation, ReplyTemplate, SameProblem
from app.desk.rules import INVITATIONS_WITHIN
from app.kernel import clock
from app.kernel.db import db
from app.people.models import Person
from app.posts.models import Post
from app.questions.models import Answer, NextStep, Question
from app.questions.queries import visible_to

# For so long others read that somebody is new here.
NEW_FOR = timedelta(days=30)


def has_same_problem(person: Person, question: Question) -> bool:
    """True when the person has said so."""
    same = select(SameProblem.question_id)
    return (
        db.session.scalar(same.where(SameProblem.question_id == question.id, SameProblem.person_id == person.id))
        is not None
    )


def same_problems_of(question: Question) -> Sequence[SameProblem]:
    """Everybody who has said that they have the same problem."""
    return db.session.scalars(select(SameProblem).where(SameProblem.question_id == question.id)).all()


def open_invitations() -> ColumnElement[bool]:
    """Nobody has answered, declined or settled anything yet."""
    return Invitation.done_at.is_(None) & Invitation.declined_at.is_(None)


def invitations_to(question: Question) -> Sequence[Invitation]:
    """Every call to this question, with the expert, the first one first."""
    rows = select(Invitation).where(Invitation.question_id == question.id).options(joinedload(Invitation.expert))
    return db.session.scalars(rows.order_by(Invitation.made_at, Invitation.id)).all()


def invitation_of(expert: Person, question: Question) -> Invitation | None:
    """What became of calling this expert to this question; None when they never were."""
    rows = select(Invitation).where(Invitation.question_id == question.id, Invitation.expert_id == expert.id)
    return db.session.scalar(rows)


def holder_of(question: Question) -> Invitation | None:
    """The call by which an expert has the question now, with the expert."""
    rows = select(Invitation).where(
        Invitation.question_id == question.id, open_invitations(), Invitation.taken_at.is_not(None)
    )
    return db.session.scalars(rows.options(joinedload(Invitation.expert)).order_by(Invitation.id).limit(1)).first()


def experts_called_to(question_ids: Collection[int]) -> dict[int, Person]:
    """Who is to answer each of these questions: whoever took it, else whoever was called first and has not said no."""
    rows = (
        select(Invitation)
        .where(Invitation.question_id.in_(question_ids), open_invitations())
        .options(joinedload(Invitation.expert))
        .order_by(Invitation.taken_at.is_(None), Invitation.made_at, Invitation.id)
    )
    found: dict[int, Person] = {}
    for invitation in db.session.scalars(rows):
        found.setdefault(invitation.question_id, invitation.expert)
    return found


def count_open_invitations(question: Question) -> int:
    """How many experts this question waits for."""
    rows = select(func.count(Invitation.id)).where(Invitation.question_id == question.id, open_invitations())
    return db.session.scalar(rows) or 0


def count_made_lately(person: Person) -> int:
    """How many calls somebody has made within the time that limits them."""
    rows = select(func.count(Invitation.id)).where(
        Invitation.called_by_id == person.id,
        Invitation.expert_id != person.id,
        Invitation.made_at > clock.now() - INVITATIONS_WITHIN,
    )
    return db.session.scalar(rows) or 0


def loads_of(expert_ids: Collection[int]) -> dict[int, int]:
    """How many questions wait for each of these experts, by person id; those for whom none waits are left out."""
    rows = (
        select(Invitation.expert_id, func.count(Invitation.id))
        .join(Question, Question.id == Invitation.question_id)
        .where(Invitation.expert_id.in_(expert_ids), open_invitations(), Question.next_step != NextStep.NONE)
        .group_by(Invitation.expert_id)
    )
    return {expert_id: waiting for expert_id, waiting in db.session.execute(rows)}


def last_answers_in(question: Question) -> dict[int, datetime]:
    """When each author has last answered here, by person id; deleted answers do not count."""
    rows = (
        select(Post.author_id, func.max(Post.created_at))
        .join(Answer.__table__, Answer.__table__.c.id == Post.id)
        .where(Answer.__table__.c.question_id == question.id, Post.deleted_at.is_(None))
        .group_by(Post.author_id)
    )
    return {author_id: at for author_id, at in db.session.execute(rows)}


def first_answers(question_ids: Collection[int]) -> dict[int, datetime]:
    """When each of these questions got its first answer that still stands, by question id."""
    answers = Answer.__table__
    rows = (
        select(answers.c.question_id, func.min(Post.created_at))
        .join(Post, Post.id == answers.c.id)
        .where(answers.c.question_id.in_(question_ids), Post.deleted_at.is_(None))
        .group_by(answers.c.question_id)
    )
    return {question_id: at for question_id, at in db.session.execute(rows)}


def replies_for(expert: Person) -> Select[ReplyTemplate]:
    """The expert's own templates, and those that others share."""
    return select(ReplyTemplate).where(or_(ReplyTemplate.owner_id == expert.id, ReplyTemplate.shared))


def greeting_on(question: Question) -> Greeting | None:
    """The welcome that belongs to a question, open or done, with who said it; None where it is nobody's first.

    What was said in confidence stays unsaid once the question is public: the task is shown as neither open nor done.
    """
    rows = select(Greeting).where(Greeting.question_id == question.id).options(joinedload(Greeting.greeted_by))
    greeting = db.session.scalar(rows)
    return None if greeting is None or _was_said_in_confidence(greeting, question) else greeting


def greeting_of(person: Person) -> Greeting | None:
    """What a newcomer's page says for NEW_FOR: the first question and who welcomed them, if all may read it."""
    rows = visible_to(None).where(Question.deleted_at.is_(None)).with_only_columns(Question.id)
    wanted = select(Greeting).where(
        Greeting.person_id == person.id, Greeting.asked_at > clock.now() - NEW_FOR, Greeting.question_id.in_(rows)
    )
    greeting = db.session.scalar(wanted.options(joinedload(Greeting.greeted_by), joinedload(Greeting.question)))
    return None if greeting is None or _was_said_in_confidence(greeting, greeting.question) else greeting


def is_new(greeting: Greeting | None) -> bool:
    """True as long as others should know that whoever asked is new here."""
    return greeting is not None and greeting.asked_at > clock.now() - NEW_FOR


def _was_said_in_confidence(greeting: Greeting, question: Question) -> bool:
    return (
        greeting.greeted_at is not None and question.opened_at is not None and greeting.greeted_at < question.opened_at
    )
