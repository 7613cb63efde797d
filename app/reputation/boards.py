"""Who earned most: employees on a board of their own, members on another. Only people whom everybody can read here.

The worker counts the boards (app.reputation.places); whoever looks at one reads no more than its rows.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import load_only

from app.kernel.db import db
from app.people.models import MEMBER, Person, Role
from app.posts.models import Post
from app.questions.models import Answer, Question, Visibility
from app.reputation.models import BoardCount, BoardPlace, ReputationTotal

SHOWN = 20
COUNT_ID = 1

_posts = Post.__table__
_answers = Answer.__table__
_questions = Question.__table__
_threads = _posts.alias("threads")
# Named one by one, since an index finds what something is and not what it is not.
_as_employee = _posts.c.author_role.in_([role.value for role in Role])
_as_member = _posts.c.author_role == MEMBER


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
    """The people who earned most in the period, the most first, of employees or of members: 20 at most.

    As last counted. Whoever may no longer stand there is left out at once, and whoever follows moves up.
    """
    total = ReputationTotal.person_id == BoardPlace.person_id
    rows = (
        select(Person, BoardPlace.points)
        .join(BoardPlace, BoardPlace.person_id == Person.id)
        .join(ReputationTotal, total)
        .where(BoardPlace.period == period, BoardPlace.is_employee.is_(employees))
        .where(ReputationTotal.is_employee.is_(employees), may_stand(employees=employees))
        .options(load_only(Person.handle, Person.name, Person.job_title, Person.photo))
        .order_by(BoardPlace.place)
    )
    return _placed(db.session.execute(rows).all())


def last_count() -> BoardCount | None:
    """When the boards were counted; None where they never were, or not since the operator wants them again."""
    return db.session.get(BoardCount, COUNT_ID)


def begins(period: Period, moment: datetime) -> date | None:
    """The first day of the period that runs at `moment`; None for all time."""
    today = moment.date()
    first = {Period.MONTH: today.replace(day=1), Period.YEAR: today.replace(month=1, day=1)}
    return first.get(period)


def may_stand(*, employees: bool) -> ColumnElement[bool]:
    """True for a person who is here and wrote something that everybody can read, as who they stand on the board for.

    A member who has once written as an employee stands on none.
    """
    if employees:
        return Person.active & _wrote_in_public(_as_employee)
    as_employee = select(_posts.c.id).where(_posts.c.author_id == Person.id, _as_employee).correlate(Person)
    return Person.active & _wrote_in_public(_as_member) & ~as_employee.exists()


def _wrote_in_public(which: ColumnElement[bool]) -> ColumnElement[bool]:
    thread = func.coalesce(_answers.c.question_id, _posts.c.id)
    found = (
        select(_posts.c.id)
        .outerjoin(_answers, _answers.c.id == _posts.c.id)
        .join(_questions, _questions.c.id == thread)
        .join(_threads, _threads.c.id == thread)
    )
    is_here = _posts.c.deleted_at.is_(None) & _threads.c.deleted_at.is_(None)
    is_public = _questions.c.visibility == Visibility.PUBLIC
    return found.where(_posts.c.author_id == Person.id, which, is_here, is_public).correlate(Person).exists()


def _placed(rows: Iterable[tuple[Person, int]]) -> list[Place]:
    places: list[Place] = []
    for number, (person, points) in enumerate(rows, start=1):
        shared = places[-1].number if places and places[-1].points == points else number
        places.append(Place(shared, person, points))
    return places
