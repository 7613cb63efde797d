"""What waits on an expert's desk: questions and calls, as queries to page, the oldest first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, select, union
from sqlalchemy.orm import joinedload

from app.desk.models import Invitation
from app.desk.queries import open_invitations
from app.kernel.db import db
from app.people.models import Person
from app.posts.models import Post
from app.questions.models import Answer, NextStep, Question, question_tags
from app.questions.queries import for_everybody, for_list, visible_to
from app.topics.models import Tag, TagSteward

# So many of somebody's last answers say which topics are theirs.
LAST_ANSWERS = 50

ASKED = (Question.asked_at, Question.id)
HANDED_ON = (Question.next_step_since, Question.id)
CALLED = (Invitation.made_at, Invitation.id)


@dataclass(frozen=True)
class WaitingTopic:
    """A topic with public questions that nobody has answered: how many, and since when the oldest of them waits."""

    name: str
    questions: int
    since: datetime


def waiting_topics(viewer: Person, limit: int) -> Sequence[WaitingTopic]:
    """The topics on which somebody has waited longest for a first answer in public, the longest wait first."""
    since = func.min(Question.asked_at)
    rows = (
        visible_to(viewer)
        .where(for_everybody(), Question.answer_count == 0, *_is_live())
        .join(question_tags, question_tags.c.question_id == Question.id)
        .join(Tag, Tag.id == question_tags.c.tag_id)
        .with_only_columns(Tag.name, func.count(), since)
        .group_by(Tag.name)
        .order_by(since, Tag.name)
        .limit(limit)
    )
    return [WaitingTopic(name, count, oldest) for name, count, oldest in db.session.execute(rows)]


def tags_of(person: Person) -> list[Tag]:
    """The topics somebody has answered on lately, and those they look after, by name."""
    answers = Answer.__table__
    lately = (
        select(answers.c.question_id)
        .join(Post, Post.id == answers.c.id)
        .where(Post.author_id == person.id, Post.deleted_at.is_(None))
        .order_by(answers.c.id.desc())
        .limit(LAST_ANSWERS)
    )
    answered = select(question_tags.c.tag_id).where(question_tags.c.question_id.in_(lately))
    own = union(answered, select(TagSteward.tag_id).where(TagSteward.person_id == person.id)).subquery()
    return list(db.session.scalars(select(Tag).where(Tag.id.in_(select(own.c.tag_id))).order_by(Tag.name)))


def risen(viewer: Person, before: datetime) -> Select[Question]:
    """Questions on any topic, asked before then, that nobody has answered and that wait for us."""
    return _unanswered(viewer).where(Question.asked_at < before, Question.next_step != NextStep.ASKER)


def unanswered(viewer: Person, tag_ids: Collection[int], since: datetime) -> Select[Question]:
    """Questions asked since then that wait for anybody; on these topics, or on all where somebody has none.

    Those to which the viewer is called stand in a list of their own.
    """
    rows = _unanswered(viewer).where(Question.asked_at >= since, Question.next_step == NextStep.NOBODY)
    called = select(Invitation.question_id).where(Invitation.expert_id == viewer.id, open_invitations())
    rows = rows.where(Question.id.not_in(called))
    if tag_ids:
        tagged = select(question_tags.c.question_id).where(question_tags.c.tag_id.in_(tag_ids))
        rows = rows.where(Question.id.in_(tagged))
    return rows


def waiting_for(expert: Person) -> Select[Question]:
    """Questions in which the expert has the next step."""
    mine = and_(Question.next_step == NextStep.EXPERT, Question.next_step_by_id == expert.id)
    return for_list(visible_to(expert).where(mine, Question.deleted_at.is_(None)))


def asked_of(expert: Person) -> Select[Invitation]:
    """Calls that the expert has not answered, with the question and who made them."""
    seen = visible_to(expert).with_only_columns(Question.id)
    waiting = seen.where(Question.next_step != NextStep.NONE, Question.deleted_at.is_(None))
    rows = select(Invitation).where(
        Invitation.expert_id == expert.id,
        open_invitations(),
        Invitation.taken_at.is_(None),
        Invitation.question_id.in_(waiting),
    )
    question = joinedload(Invitation.question)
    shown = question.joinedload(Question.author), question.joinedload(Question.product)
    return rows.options(*shown, joinedload(Invitation.called_by))


def _unanswered(viewer: Person) -> Select[Question]:
    """Questions of others without an answer; not imported ones, whose askers are not here to read it."""
    rows = visible_to(viewer).where(Question.answer_count == 0, *_is_live(), Question.author_id != viewer.id)
    return for_list(rows)


def _is_live() -> tuple[ColumnElement[bool], ...]:
    return Question.deleted_at.is_(None), Question.closed_at.is_(None), Question.source.is_(None)
