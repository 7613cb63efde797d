"""Accepting an answer, and taking that back."""

from __future__ import annotations

import threading

import pytest
from flask import Flask

from app.kernel.db import db, write
from app.kernel.errors import NotAllowed, RuleBroken
from app.people.models import Person
from app.questions.actions import accept_answer, delete_answer, restore_answer, withdraw_acceptance
from app.questions.models import Answer, Question
from tests.support.factories import AnswerFactory, PersonFactory, QuestionFactory, StewardFactory


def asker_of(question: Question) -> Person:
    return db.session.get_one(Person, question.author_id)


def test_the_asker_accepts_an_answer_and_changes_their_mind():
    question = QuestionFactory()
    first, second = AnswerFactory(question=question), AnswerFactory(question=question)
    with write():
        accept_answer(question, first, by=asker_of(question))
    with write():
        accept_answer(question, second, by=asker_of(question))

    assert question.accepted_answer_id == second.id

    with write():
        withdraw_acceptance(question, by=asker_of(question))

    assert not question.is_solved
    assert question.accepted_at is None


def test_nobody_else_can_accept():
    question = QuestionFactory()
    answer = AnswerFactory(question=question)

    with pytest.raises(NotAllowed), write():
        accept_answer(question, answer, by=PersonFactory())


def test_an_answer_to_another_question_cannot_be_accepted():
    question, elsewhere = QuestionFactory(), AnswerFactory()

    with pytest.raises(RuleBroken), write():
        accept_answer(question, elsewhere, by=asker_of(question))


def test_a_deleted_answer_is_no_longer_accepted_and_does_not_come_back_as_such():
    question = QuestionFactory()
    answer = AnswerFactory(question=question, accepted=True)
    steward = StewardFactory()
    with write():
        delete_answer(answer, question, by=steward)
    with write():
        restore_answer(answer, question, by=steward)

    assert question.answer_count == 1
    assert not question.is_solved


def test_of_two_answers_accepted_at_once_one_is(app: Flask):
    question = QuestionFactory()
    answers = [AnswerFactory(question=question).id for _ in range(2)]
    question_id, asker_id = question.id, question.author_id
    db.session.rollback()

    def accept(answer_id: int) -> None:
        with app.app_context(), write():
            accept_answer(
                db.session.get_one(Question, question_id),
                db.session.get_one(Answer, answer_id),
                by=db.session.get_one(Person, asker_id),
            )

    threads = [threading.Thread(target=accept, args=(answer_id,)) for answer_id in answers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert db.session.get_one(Question, question_id).accepted_answer_id in answers
