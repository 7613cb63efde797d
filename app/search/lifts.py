"""What else counts than words: mild lifts for what helped others, and drops for what leads astray.

All lifts together stay below a factor of two, so the better text wins wherever it is clearly better, and threads with
only some of the words stay behind those with all, whatever became of them. A thread with everything for it stands at
1.32, one with everything against it at 0.68: a ratio of 1.94, which leaves three per cent. Whoever adds a sign has to
take the rest of its room from the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from app.posts.models import Post
from app.questions.models import Answer, CloseReason, Question
from app.questions.order import STANDS_AT

SOLVED = 1.10
"""Whoever asked says that an answer solved it: the strongest sign that it will solve it again."""

RECOMMENDED = 1.08
"""An expert stands by an answer with their name, and a reason."""

WORKS = 1.06
WORKS_AT = 3
"""So many companies that an answer works for lift by all of WORKS; fewer by their share, and more by no more."""

FRESH = 1.05
FRESH_DAYS = 730
"""Asked or answered today lifts by all of FRESH, and by less from day to day, until after two years it does nothing."""

OUTDATED = 0.85
"""The accepted answer is said to be out of date, or every answer is where none is accepted."""

DUPLICATE = 0.80
"""Closed because it was asked before: the other question has the answers."""

_answers = Answer.__table__
_posts = Post.__table__


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What became of a thread, as everybody may know it."""

    id: int
    asked_at: datetime
    votes: int = 0
    is_solved: bool = False
    is_recommended: bool = False
    works_companies: int = 0
    last_activity_at: datetime
    is_outdated: bool = False
    is_duplicate: bool = False


def with_standing(questions: Select[Question], ids: Sequence[int]) -> Select[Any]:
    """A row for each of `questions` with what `standing_of` reads. `ids` are those of all of them, or more."""
    said = _said_of_answers(ids)
    columns = (
        Question.id,
        Question.asked_at,
        Question.score,
        Question.accepted_answer_id,
        Question.last_activity_at,
        Question.close_reason,
        said.c.recommended,
        said.c.works,
        case((Question.accepted_answer_id.is_(None), said.c.all_outdated), else_=said.c.accepted_outdated).label("old"),
    )
    return questions.outerjoin(said, said.c.question_id == Question.id).with_only_columns(*columns)


def standing_of(row: Any) -> Standing:
    """What a row of `with_standing` says."""
    return Standing(
        id=row.id,
        asked_at=row.asked_at,
        votes=row.score,
        is_solved=row.accepted_answer_id is not None,
        is_recommended=bool(row.recommended),
        works_companies=row.works or 0,
        last_activity_at=row.last_activity_at,
        is_outdated=bool(row.old),
        is_duplicate=row.close_reason in (CloseReason.DUPLICATE, CloseReason.MERGED),
    )


def lift(standing: Standing, now: datetime) -> float:
    """By how much the score of the words is multiplied: the product of all that holds."""
    raised = 1.0
    raised *= SOLVED if standing.is_solved else 1.0
    raised *= RECOMMENDED if standing.is_recommended else 1.0
    raised *= 1 + (WORKS - 1) * min(standing.works_companies, WORKS_AT) / WORKS_AT
    raised *= 1 + (FRESH - 1) * _freshness(standing.last_activity_at, now)
    raised *= OUTDATED if standing.is_outdated else 1.0
    return raised * (DUPLICATE if standing.is_duplicate else 1.0)


def _freshness(moment: datetime, now: datetime) -> float:
    """1 for now, 0 for what is FRESH_DAYS old or older."""
    days = (now - moment).total_seconds() / 86_400
    return max(0.0, min(1.0, 1 - days / FRESH_DAYS))


def _said_of_answers(ids: Sequence[int]) -> Any:
    """A subquery with one row for each of these questions that has an answer, of the answers that everybody reads."""
    outdated = case((_answers.c.outdated_voices >= STANDS_AT, 1), else_=0)
    questions = Question.__table__
    joined = _answers.join(_posts, _posts.c.id == _answers.c.id).join(
        questions, questions.c.id == _answers.c.question_id
    )
    is_accepted: ColumnElement[bool] = questions.c.accepted_answer_id == _answers.c.id
    return (
        select(
            _answers.c.question_id,
            func.max(_answers.c.recommended_count).label("recommended"),
            func.max(_answers.c.works_companies).label("works"),
            func.min(outdated).label("all_outdated"),
            func.max(case((is_accepted, outdated), else_=0)).label("accepted_outdated"),
        )
        .select_from(joined)
        .where(_answers.c.question_id.in_(ids), _posts.c.deleted_at.is_(None))
        .group_by(_answers.c.question_id)
        .subquery()
    )
