"""What the kept numbers of people with the same problem count."""

from __future__ import annotations

from sqlalchemy import func, select

from app.desk.models import SameProblem
from app.kernel.counters import Counter
from app.questions.models import Question

_questions = Question.__table__
_same = SameProblem.question_id == _questions.c.id

COUNTERS = (
    Counter(
        Question.same_problem_people,
        Question.id,
        select(func.count(SameProblem.person_id)).where(_same).correlate(_questions).scalar_subquery(),
    ),
    Counter(
        Question.same_problem_companies,
        Question.id,
        select(func.count(SameProblem.account_id.distinct())).where(_same).correlate(_questions).scalar_subquery(),
    ),
)
