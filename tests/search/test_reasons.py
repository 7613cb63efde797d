"""Why a found question is worth opening."""

from __future__ import annotations

import pytest

from app.kernel.db import db, write
from app.marks import actions as marks
from app.marks.actions import Finding
from app.marks.models import MarkKind
from app.people.models import Person
from app.questions import actions
from app.questions.models import Answer, Question
from app.search.reasons import reasons_for
from tests.support.factories import (
    AccountFactory,
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    ProductFactory,
    QuestionFactory,
    StewardFactory,
)


def said(question: Question) -> list[str]:
    return [reason.words for reason in reasons_for([db.session.get_one(Question, question.id)])[question.id]]


def mark(answer: Answer, kind: MarkKind, by: Person, version: str = "", sentence: str = "") -> None:
    with write():
        question = db.session.get_one(Question, answer.question_id)
        marks.mark_answer(answer, question, Finding(kind=kind, version=version, sentence=sentence), by=by)


def recommend(answer: Answer, by: Person) -> None:
    with write():
        question = db.session.get_one(Question, answer.question_id)
        marks.recommend(answer, question, "It holds for every array that I have seen.", by=by)


@pytest.fixture
def question() -> Question:
    return QuestionFactory(product=ProductFactory())


@pytest.fixture
def answer(question: Question) -> Answer:
    return AnswerFactory(question=question, author=ExpertFactory(name="Ingrid Solheim"), accepted=True)


def test_of_a_new_question_nothing_is_said(question):
    AnswerFactory(question=question)

    assert said(question) == []
    assert reasons_for([]) == {}


def test_who_solved_it_is_named(question, answer):
    assert said(question) == ["Solved by Ingrid Solheim"]


def test_who_recommends_an_answer_is_named(question):
    answers = [AnswerFactory(question=question), AnswerFactory(question=question)]
    first, second = ExpertFactory(name="Diego Ferreira"), ExpertFactory()

    recommend(answers[0], by=first)
    assert said(question) == ["Recommended by Diego Ferreira"]
    recommend(answers[1], by=first)
    recommend(answers[1], by=second)
    assert said(question) == ["Recommended by Diego Ferreira and 1 other expert"]


def test_for_how_many_companies_it_works_is_counted_with_the_version_that_most_named(question, answer):
    expected = ["1 company, with 7.2", "2 companies, with 7.2", "3 companies, mostly with 7.2", "4 companies"]
    for version, words in zip(("7.2", "7.2", "7.1", "7.1"), expected, strict=True):
        mark(answer, MarkKind.WORKS, PersonFactory(account=AccountFactory()), version)

        assert said(question) == ["Solved by Ingrid Solheim", f"Works for {words}"]


def test_where_the_asker_left_out_the_company_people_are_counted(question, answer):
    mark(answer, MarkKind.WORKS, PersonFactory(account=AccountFactory()))
    with write():
        db.session.merge(question).company_withheld = True

    assert said(question)[1:] == ["Works for 1 person"]


def test_people_of_no_company_are_counted_as_people(question, answer):
    mark(answer, MarkKind.WORKS, PersonFactory())

    assert said(question)[1:] == ["Works for 1 person"]


def test_the_answer_that_works_for_most_speaks(question, answer):
    other = AnswerFactory(question=question)
    mark(answer, MarkKind.WORKS, PersonFactory(account=AccountFactory()), "7.1")
    for _ in range(2):
        mark(other, MarkKind.WORKS, PersonFactory(account=AccountFactory()))

    assert said(question)[1:] == ["Works for 2 companies"]


def test_that_a_solution_is_out_of_date_is_said(question, answer):
    mark(answer, MarkKind.OUTDATED, StewardFactory(), sentence="From 7.2 on the switch is gone.")

    assert said(question)[-1] == "The solution is said to be outdated"


def test_of_a_deleted_answer_nothing_is_said(question):
    answer = AnswerFactory(question=question)
    mark(answer, MarkKind.WORKS, PersonFactory(account=AccountFactory()))
    recommend(answer, by=ExpertFactory())
    steward = StewardFactory()
    with write():
        actions.delete_answer(answer, question, by=steward)

    assert said(question) == []


def test_the_number_of_queries_does_not_grow(queries):
    questions = [QuestionFactory() for _ in range(4)]
    for each in questions:
        recommend(AnswerFactory(question=each, accepted=True), by=ExpertFactory())
    questions = list(db.session.scalars(db.select(Question).order_by(Question.id)))

    with queries() as few:
        reasons_for(questions[:1])
    with queries() as many:
        reasons_for(questions)

    assert len(few) == len(many) == 3
