"""What somebody wrote, as their page shows it: the same for every reader, so only what is for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, case, func

from app.kernel.db import db
from app.people.models import Person
from app.questions.models import Question
from app.questions.queries import for_list, given, visible_to


@dataclass(frozen=True)
class GivenAnswer:
    """An answer as a list names it: by its question. `helpful` is how many people found it so."""

    answer_id: int
    question: Question
    helpful: int
    given_at: datetime


@dataclass(frozen=True)
class Written:
    """How much somebody wrote."""

    answers: int
    accepted: int
    questions: int


def count_written(author: Person) -> Written:
    """How many answers and questions of somebody everybody may read, and how many of the answers were accepted."""
    accepted = func.coalesce(func.sum(case((Question.accepted_answer_id == given.id, 1), else_=0)), 0)
    answered = _answered_by(author).with_only_columns(func.count(given.id), accepted)
    asked = visible_to(None).where(Question.author_id == author.id).with_only_columns(func.count(Question.id))
    answers, solved = db.session.execute(answered).one()
    return Written(answers=answers, accepted=solved, questions=db.session.scalar(asked) or 0)


def best_answers_by(author: Person, limit: int) -> Sequence[GivenAnswer]:
    """The answers of somebody that helped most people, of equals the newer one first."""
    score = given.helpful_count - given.unhelpful_count
    columns = (given.id, Question.id, given.helpful_count, given.created_at)
    rows = _answered_by(author).with_only_columns(*columns).order_by(score.desc(), given.id.desc())
    best = db.session.execute(rows.limit(limit)).all()
    ids = [question_id for _answer_id, question_id, _helpful, _at in best]
    found = db.session.scalars(for_list(visible_to(None).where(Question.id.in_(ids)))).unique()
    by_id = {question.id: question for question in found}
    return [GivenAnswer(answer_id, by_id[asked], helpful, at) for answer_id, asked, helpful, at in best]


def last_asked_by(author: Person, limit: int) -> Sequence[Question]:
    """The questions somebody asked last."""
    rows = visible_to(None).where(Question.author_id == author.id)
    return db.session.scalars(for_list(rows.order_by(Question.id.desc()).limit(limit))).unique().all()


def _answered_by(author: Person) -> Select[Question]:
    """Questions joined with the answers that somebody gave to them."""
    rows = visible_to(None).join(given, given.question_id == Question.id)
    return rows.where(given.author_id == author.id, given.deleted_at.is_(None))
