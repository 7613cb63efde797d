"""Thirty-two people, and one person thirty-two times, mark the same answer at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import cycle, islice

from flask import Flask
from sqlalchemy import func, select

from app.cli.recount import find_differences
from app.kernel.db import db
from app.marks import actions
from app.marks.actions import Confession, Finding
from app.marks.models import Mark, Recommendation
from app.people.models import Person
from app.posts.bodies import prepare_body
from app.questions.actions import vote_on
from app.questions.models import Answer, Question
from tests.support.at_once import at_once
from tests.support.factories import AccountFactory, AnswerFactory, ExpertFactory, PersonFactory

AT_ONCE = 32
SENTENCE = "From 7.2 on the sender needs a keepalive."

Deed = Callable[[Answer, Question, Person], None]


def all_at_once(site: Flask, answer_id: int, deeds: list[tuple[Deed, int]]) -> list[Exception]:
    """Do each deed as the person of this id, in a thread and a transaction of its own."""

    def act(deed: Deed, person_id: int) -> None:
        answer = db.session.get_one(Answer, answer_id)
        deed(answer, db.session.get_one(Question, answer.question_id), db.session.get_one(Person, person_id))

    return at_once(site, [partial(act, *one) for one in deeds])


def marking(kind: str) -> Deed:
    finding = Finding(kind=kind, sentence=SENTENCE)
    return lambda answer, question, by: actions.mark_answer(answer, question, finding, by=by)


def withdrawing(kind: str) -> Deed:
    return lambda answer, question, by: actions.withdraw_mark(answer, question, kind, by=by)


def test_one_person_marks_and_unmarks_at_once_and_leaves_one_mark_at_most(app):
    answer_id, person_id = AnswerFactory().id, PersonFactory().id
    deeds = [marking("works"), marking("fails"), withdrawing("works"), marking("works")]

    assert all_at_once(app, answer_id, [(deed, person_id) for deed in islice(cycle(deeds), AT_ONCE)]) == []

    kinds = db.session.scalars(select(Mark.kind)).all()
    assert len(kinds) <= 1
    answer = db.session.get_one(Answer, answer_id)
    assert answer.works_people + answer.fails_people == len(kinds)
    assert list(find_differences()) == []


def test_thirty_two_people_of_four_companies_count_as_that(app):
    accounts = [AccountFactory() for _ in range(4)]
    answer_id = AnswerFactory().id
    people = [PersonFactory(account=account).id for account in islice(cycle(accounts), AT_ONCE)]
    kinds = islice(cycle(["works", "works", "outdated", "dangerous"]), AT_ONCE)

    assert all_at_once(app, answer_id, list(zip(map(marking, kinds), people, strict=True))) == []

    answer = db.session.get_one(Answer, answer_id)
    assert (answer.works_people, answer.works_companies) == (16, 2)
    assert (answer.outdated_voices, answer.dangerous_voices) == (1, 1)
    assert list(find_differences()) == []


def test_experts_recommend_at_once_and_each_counts_once(app):
    answer_id, experts = AnswerFactory().id, [ExpertFactory().id for _ in range(4)]

    def recommend(answer: Answer, question: Question, by: Person) -> None:
        actions.recommend(answer, question, "I have seen this at four sites.", by=by)

    assert all_at_once(app, answer_id, [(recommend, one) for one in islice(cycle(experts), AT_ONCE)]) == []

    assert db.session.scalar(select(func.count(Recommendation.id))) == 4
    assert db.session.get_one(Answer, answer_id).recommended_count == 4
    assert list(find_differences()) == []


def test_votes_and_marks_come_while_the_author_corrects(app):
    author = ExpertFactory()
    answer = AnswerFactory(author=author)
    answer_id, author_id = answer.id, author.id
    people = [PersonFactory().id for _ in range(AT_ONCE - 1)]
    new = Confession(
        body=prepare_body("Set the keepalive."), reason="The window plays no part.", revision_number=1, changed=1.0
    )

    def correct(answer: Answer, question: Question, by: Person) -> None:
        actions.own_mistake(answer, question, new, by=by)

    def vote_against(answer: Answer, question: Question, by: Person) -> None:
        vote_on(answer, question, -1, by=by)

    deeds = zip(islice(cycle([vote_against, marking("fails"), marking("outdated")]), AT_ONCE - 1), people, strict=True)
    assert all_at_once(app, answer_id, [*deeds, (correct, author_id)]) == []

    assert list(find_differences()) == []
    assert db.session.get_one(Answer, answer_id).corrected_at is not None
