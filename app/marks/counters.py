"""What the kept numbers of an answer count: people, companies and voices.

A company has one voice, however many of its people speak; so has each person of no company; and so have all of our own
employees together. A warning by an expert, a steward or the author counts as two voices.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, case, func, or_, select

from app.kernel.counters import Counter
from app.marks.models import Mark, MarkKind, Recommendation
from app.marks.rules import FIRM_ROLES
from app.people.models import MEMBER
from app.posts.models import Post
from app.questions.models import Answer

OUR_VOICE = 0

_answers = Answer.__table__
_posts = Post.__table__

people = func.count(Mark.id)
companies = func.count(Mark.account_id.distinct())
voice = case((Mark.person_role != MEMBER, OUR_VOICE), else_=func.coalesce(Mark.account_id, -Mark.person_id))
voices = func.count(voice.distinct())


def counting(kind: MarkKind) -> ColumnElement[bool]:
    """The marks of a kind that count."""
    return (Mark.kind == kind) & Mark.settled_at.is_(None)


def _counted(kind: MarkKind, what: ColumnElement[int]) -> ScalarSelect[int]:
    return _of_the_answer(select(what).where(counting(kind)))


def _warnings(kind: MarkKind) -> ScalarSelect[int]:
    """The voices of a warning, and one more where somebody gave it whose word stands at once."""
    authors_own = Mark.person_id == select(_posts.c.author_id).where(_posts.c.id == Mark.answer_id).scalar_subquery()
    stands_at_once = or_(Mark.person_role.in_(FIRM_ROLES), authors_own)
    one_more = func.coalesce(func.max(case((stands_at_once, 1), else_=0)), 0)
    return _of_the_answer(select(voices + one_more).where(counting(kind)))


def _of_the_answer(rows: Select[Any]) -> ScalarSelect[int]:
    return rows.where(Mark.answer_id == _answers.c.id).correlate(_answers).scalar_subquery()


_recommendations = select(func.count(Recommendation.id)).where(Recommendation.answer_id == _answers.c.id)

COUNTERS = (
    Counter(Answer.works_people, Answer.id, _counted(MarkKind.WORKS, people)),
    Counter(Answer.works_companies, Answer.id, _counted(MarkKind.WORKS, companies)),
    Counter(Answer.works_voices, Answer.id, _counted(MarkKind.WORKS, voices)),
    Counter(Answer.fails_people, Answer.id, _counted(MarkKind.FAILS, people)),
    Counter(Answer.fails_voices, Answer.id, _counted(MarkKind.FAILS, voices)),
    Counter(Answer.outdated_voices, Answer.id, _warnings(MarkKind.OUTDATED)),
    Counter(Answer.dangerous_voices, Answer.id, _warnings(MarkKind.DANGEROUS)),
    Counter(Answer.recommended_count, Answer.id, _recommendations.correlate(_answers).scalar_subquery()),
)
