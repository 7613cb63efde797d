"""Voting: one vote a person and post, and counters that agree with it."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.kernel.db import db, write
from app.kernel.errors import NotAllowed, RuleBroken
from app.people.models import Person
from app.posts.actions import vote
from app.posts.bodies import prepare_comment
from app.posts.models import Post, Vote
from app.questions.actions import comment_on, delete_question, vote_on
from app.questions.models import Question
from tests.support.factories import AnswerFactory, PersonFactory, QuestionFactory, StewardFactory


def counts(post: Post) -> tuple[int, int]:
    return post.helpful_count, post.unhelpful_count


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1], (1, 0)),
        ([-1], (0, 1)),
        ([1, 1], (1, 0)),
        ([1, -1], (0, 1)),
        ([1, 0], (0, 0)),
        ([0], (0, 0)),
        ([-1, 0, 1], (1, 0)),
    ],
)
def test_the_last_vote_of_a_person_counts(values: list[int], expected: tuple[int, int]):
    post, voter = QuestionFactory(), PersonFactory()
    for value in values:
        with write():
            vote(post, value, by=voter)

    assert counts(post) == expected
    assert db.session.scalar(select(func.count()).select_from(Vote)) == sum(expected)


def test_nobody_votes_on_what_they_wrote():
    post = QuestionFactory()

    with pytest.raises(NotAllowed), write():
        vote(post, 1, by=db.session.get_one(Person, post.author_id))


def test_nobody_votes_on_what_was_deleted():
    post, voter = QuestionFactory(), PersonFactory()
    with write():
        delete_question(post, by=db.session.get_one(Person, post.author_id))

    with pytest.raises(RuleBroken), write():
        vote(post, 1, by=voter)


def test_twenty_equal_votes_at_once_count_once(app: Flask):
    post_id, voter_id = QuestionFactory().id, PersonFactory().id
    db.session.rollback()

    def cast() -> None:
        with app.app_context(), write():
            vote(db.session.get_one(Question, post_id), 1, by=db.session.get_one(Person, voter_id))

    threads = [threading.Thread(target=cast) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert counts(db.session.get_one(Question, post_id)) == (1, 0)
    assert db.session.scalar(select(func.count()).select_from(Vote)) == 1


def test_below_a_deleted_question_nobody_votes_or_comments_not_even_who_still_sees_it():
    answer, steward = AnswerFactory(), StewardFactory()
    question = db.session.get_one(Question, answer.question_id)
    asker, remark = db.session.get_one(Person, question.author_id), prepare_comment("Which version is this?")
    with write():
        delete_question(question, by=steward)

    with pytest.raises(RuleBroken), write():
        vote_on(answer, question, 1, by=asker)
    with pytest.raises(RuleBroken), write():
        comment_on(answer, question, remark, by=asker)
