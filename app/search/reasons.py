"""Why a found question is worth opening, in a few words: who solved it, who recommends an answer, for whom it works."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import case, func, or_, select

from app.kernel.db import db
from app.marks.counters import counting
from app.marks.models import Mark, MarkKind, Recommendation
from app.people.models import Person
from app.questions.models import Answer, Question
from app.questions.order import STANDS_AT

_threads = Question.__table__


@dataclass(frozen=True)
class Reason:
    """One thing that others found out. `kind`: "solved", "recommended", "works" or "outdated"."""

    kind: str
    words: str


class _Said(NamedTuple):
    """An answer of which something is known."""

    id: int
    question_id: int
    author: str
    works_people: int
    works_companies: int
    outdated_voices: int


def reasons_for(questions: Sequence[Question]) -> dict[int, list[Reason]]:
    """The reasons of each question, which the reader may see: three queries, however many there are.

    Only answers that everybody who sees the question may read speak for it.
    """
    answers = _answers([question.id for question in questions])
    ids = [answer.id for said in answers.values() for answer in said]
    recommended, versions = _recommended(ids), _versions(ids) if ids else {}
    return {
        question.id: [
            *_solved(question, answers[question.id]),
            *_recommended_by(recommended[question.id]),
            *_works(answers[question.id], versions),
            *_outdated(question, answers[question.id]),
        ]
        for question in questions
    }


def _answers(question_ids: Sequence[int]) -> defaultdict[int, list[_Said]]:
    """The answers that are accepted, work for somebody, are recommended or out of date."""
    # Beside the names of who tried it, a number of companies would tell the one that the asker left out.
    companies = case((_threads.c.company_withheld, 0), else_=Answer.works_companies)
    numbers = Answer.works_people, companies.label("works_companies"), Answer.outdated_voices
    is_known = or_(
        Answer.id == _threads.c.accepted_answer_id,
        Answer.works_people > 0,
        Answer.recommended_count > 0,
        Answer.outdated_voices >= STANDS_AT,
    )
    rows = (
        select(Answer.id, Answer.question_id, Person.name, *numbers)
        .join(Person, Person.id == Answer.author_id)
        .join(_threads, _threads.c.id == Answer.question_id)
        .where(Answer.question_id.in_(question_ids), Answer.deleted_at.is_(None), is_known)
        .order_by(Answer.id)
    )
    found: defaultdict[int, list[_Said]] = defaultdict(list)
    for row in db.session.execute(rows) if question_ids else ():
        found[row.question_id].append(_Said(*row))
    return found


def _recommended(answer_ids: Sequence[int]) -> defaultdict[int, list[str]]:
    """The names of the experts who recommend one of these answers, by question, each once and the first one first."""
    rows = (
        select(Answer.question_id, Person.name)
        .join(Recommendation, Recommendation.answer_id == Answer.id)
        .join(Person, Person.id == Recommendation.expert_id)
        .where(Answer.id.in_(answer_ids))
        .group_by(Answer.question_id, Person.id, Person.name)
        .order_by(func.min(Recommendation.id))
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for question_id, name in db.session.execute(rows) if answer_ids else ():
        found[question_id].append(name)
    return found


def _versions(answer_ids: Sequence[int]) -> dict[int, tuple[str, int]]:
    """The version with which most people say that an answer works, and how many they are, by answer."""
    people = func.count(Mark.id)
    rows = (
        select(Mark.answer_id, Mark.version, people)
        .where(Mark.answer_id.in_(answer_ids), counting(MarkKind.WORKS), Mark.version != "")
        .group_by(Mark.answer_id, Mark.version)
        .order_by(people, Mark.version)
    )
    # Of several the last one stays: that of most people.
    return {answer_id: (version, number) for answer_id, version, number in db.session.execute(rows)}


def _solved(question: Question, answers: Sequence[_Said]) -> Sequence[Reason]:
    return [Reason("solved", f"Solved by {one.author}") for one in answers if one.id == question.accepted_answer_id]


def _recommended_by(names: Sequence[str]) -> Sequence[Reason]:
    if not names:
        return []
    others = len(names) - 1
    more = f" and {_many(others, 'other expert')}" if others else ""
    return [Reason("recommended", f"Recommended by {names[0]}{more}")]


def _works(answers: Sequence[_Said], versions: dict[int, tuple[str, int]]) -> Sequence[Reason]:
    """Of the answer that works for most companies, or for most people of none."""
    best = max(answers, key=lambda one: (one.works_companies, one.works_people), default=None)
    if best is None or not best.works_people:
        return []
    companies, people = best.works_companies, best.works_people
    crowd = _many(companies, "company", "companies") if companies else _many(people, "person", "people")
    version, number = versions.get(best.id, ("", 0))
    mostly = "" if number == people else "mostly "
    return [
        Reason("works", f"Works for {crowd}, {mostly}with {version}" if 2 * number > people else f"Works for {crowd}")
    ]


def _outdated(question: Question, answers: Sequence[_Said]) -> Sequence[Reason]:
    """A warning where the accepted answer is said to be out of date."""
    stands = (one.id == question.accepted_answer_id and one.outdated_voices >= STANDS_AT for one in answers)
    return [Reason("outdated", "The solution is said to be outdated")] if any(stands) else []


def _many(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"
