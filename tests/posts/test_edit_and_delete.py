"""Editing keeps what was there; deleting hides and can be undone."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.kernel.db import db, write
from app.kernel.errors import ChangedMeanwhile, NotAllowed, RuleBroken
from app.people.models import Person
from app.posts.bodies import prepare_body
from app.posts.models import Revision
from app.posts.queries import revisions_of
from app.questions import actions
from app.questions.models import Question
from app.topics.models import Tag
from tests.support.factories import AnswerFactory, PersonFactory, QuestionFactory, StewardFactory


def author_of(post: Question) -> Person:
    return db.session.get_one(Person, post.author_id)


def draft(**changes: object) -> actions.Draft:
    whole = {"title": "Why does replication stop at two?", "body": prepare_body("It stops at two."), "tags": ["night"]}
    return actions.Draft(**{**whole, **changes})  # type: ignore[arg-type]


def test_an_edit_keeps_the_text_before_it_and_who_changed_it():
    question = QuestionFactory(title="Why does replication stop at night?", body="It stops.")
    steward, text = StewardFactory(), draft()
    with write():
        actions.edit_question(question, text, by=steward, revision_number=1, reason="The time was missing")

    newest, first = db.session.scalars(revisions_of(question).order_by(Revision.number.desc())).all()
    assert (first.number, first.body, first.title) == (1, "It stops.", "Why does replication stop at night?")
    assert (first.editor_id, newest.editor_id) == (question.author_id, steward.id)
    assert (newest.number, newest.body, newest.reason) == (2, "It stops at two.", "The time was missing")
    assert question.body == "It stops at two."


def test_an_edit_moves_the_counts_of_tags():
    question = QuestionFactory(tags=("replication", "firmware"))
    text = draft(tags=["firmware", "night"])
    with write():
        actions.edit_question(question, text, by=author_of(question), revision_number=1)

    counts = {tag.name: tag.question_count for tag in db.session.scalars(select(Tag))}
    assert counts == {"replication": 0, "firmware": 1, "night": 1}


def test_an_edit_of_an_older_text_is_refused():
    question = QuestionFactory()
    for number in (1, 2):
        text = draft(title=f"Why does replication stop, part {number}?")
        with write():
            actions.edit_question(question, text, by=author_of(question), revision_number=number)

    with pytest.raises(ChangedMeanwhile), write():
        actions.edit_question(question, text, by=author_of(question), revision_number=2)


def test_strangers_edit_and_delete_nothing():
    answer, stranger, text = AnswerFactory(), PersonFactory(), prepare_body("No.")
    question = db.session.get_one(Question, answer.question_id)

    with pytest.raises(NotAllowed), write():
        actions.edit_answer(answer, text, by=stranger, revision_number=1)
    with pytest.raises(NotAllowed), write():
        actions.delete_answer(answer, question, by=stranger)


def test_an_answered_question_is_deleted_by_a_steward_alone():
    answer, steward = AnswerFactory(), StewardFactory()
    question = db.session.get_one(Question, answer.question_id)

    with pytest.raises(RuleBroken), write():
        actions.delete_question(question, by=author_of(question))
    with write():
        actions.delete_question(question, by=steward)
    with pytest.raises(NotAllowed), write():
        actions.restore_question(question, by=author_of(question))
    with write():
        actions.restore_question(question, by=steward)

    assert not question.is_deleted


def test_deleting_twice_counts_once():
    question, steward = QuestionFactory(tags=("night",)), StewardFactory()
    for _ in range(2):
        with write():
            actions.delete_question(question, by=steward)

    assert db.session.scalars(select(Tag)).one().question_count == 0
