"""Who earned most: employees on a board of their own, members on another. Only people whom everybody can read here.

Sums of days and totals are kept, so a board reads no more of the ledger than the days it is about.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Subquery, func, select
from sqlalchemy.orm import load_only

from app.kernel import clock
from app.kernel.db import db
from app.people.models import MEMBER, Person
from app.posts.models import Post
from app.questions.models import Answer, Question, Visibility
from app.reputation.models import ReputationDay, ReputationTotal

SHOWN = 20

_posts = Post.__table__
_answers = Answer.__table__
_questions = Question.__table__
_threads = _posts.alias("threads")


class Period(enum.StrEnum):
    """The time that a board is about, in UTC days."""

    MONTH = "month"
    YEAR = "year"
    ALL = "all"


@dataclass(frozen=True)
class Place:
    """Somebody on a board. Who earned the same has the same place."""

    number: int
    person: Person
    points: int


def board(period: Period, *, employees: bool) -> list[Place]:
    """The 20 people who earned most in the period, the most first, of employees or of members.

    Whoever earned less than one point is left out, and so is a member who has once written as an employee.
    """
    earned = _earned(period)
    author = Person.id == earned.c.person_id
    rows = (
        select(Person, earned.c.points)
        .join(earned, author)
        .where(Person.active, earned.c.is_employee.is_(employees), earned.c.points > 0)
        .where(_wrote(_is_public(), _posts.c.author_role != MEMBER if employees else _posts.c.author_role == MEMBER))
        .options(load_only(Person.handle, Person.name, Person.job_title, Person.photo))
        .order_by(earned.c.points.desc(), Person.id)
        .limit(SHOWN)
    )
    if not employees:
        rows = rows.where(~_wrote(_posts.c.author_role != MEMBER))
    return _placed(db.session.execute(rows).all())


def begins(period: Period) -> date | None:
    """The first day of the period that runs now; None for all time."""
    today = clock.now().date()
    first = {Period.MONTH: today.replace(day=1), Period.YEAR: today.replace(month=1, day=1)}
    return first.get(period)


def _earned(period: Period) -> Subquery:
    """Person, points and whether they are an employee."""
    first = begins(period)
    if first is None:
        return select(ReputationTotal.person_id, ReputationTotal.points, ReputationTotal.is_employee).subquery()
    points = func.sum(ReputationDay.points).label("points")
    days = select(ReputationDay.person_id, points).where(ReputationDay.day >= first)
    summed = days.group_by(ReputationDay.person_id).subquery()
    total = ReputationTotal.person_id == summed.c.person_id
    return select(summed, ReputationTotal.is_employee).join(ReputationTotal, total).subquery()


def _wrote(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    """True for a person with such a post."""
    thread = func.coalesce(_answers.c.question_id, _posts.c.id)
    found = (
        select(_posts.c.id)
        .outerjoin(_answers, _answers.c.id == _posts.c.id)
        .join(_questions, _questions.c.id == thread)
        .join(_threads, _threads.c.id == thread)
    )
    return found.where(_posts.c.author_id == Person.id, *which).correlate(Person).exists()


def _is_public() -> ColumnElement[bool]:
    here = _posts.c.deleted_at.is_(None) & _threads.c.deleted_at.is_(None)
    return here & (_questions.c.visibility == Visibility.PUBLIC)


def _placed(rows: Iterable[tuple[Person, int]]) -> list[Place]:
    places: list[Place] = []
    for number, (person, points) in enumerate(rows, start=1):
        shared = places[-1].number if places and places[-1].points == points else number
        places.append(Place(shared, person, int(points)))
    return places
