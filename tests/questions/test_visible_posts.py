"""Which posts and comments somebody may see, where several threads stand side by side."""

from __future__ import annotations

import pytest

from app.kernel.db import db, write
from app.people.models import Person
from app.posts.models import Post
from app.questions.actions import delete_answer, delete_question
from app.questions.models import Question
from app.questions.queries import comments_visible_to, posts_visible_to
from tests.support.factories import AnswerFactory, CommentFactory, QuestionFactory, StewardFactory


def posts_seen_by(viewer: Person | None) -> set[int]:
    return set(db.session.scalars(posts_visible_to(viewer).with_only_columns(Post.id)))


@pytest.fixture
def steward() -> Person:
    return StewardFactory()


def test_an_answer_is_seen_with_its_own_question(steward):
    hidden = [AnswerFactory(), AnswerFactory()]
    shown = [AnswerFactory(), AnswerFactory()]
    remarks = [CommentFactory(post=answer) for answer in (*hidden, *shown)]
    with write():
        for answer in hidden:
            delete_question(db.session.get_one(Question, answer.question_id), by=steward)

    threads = {answer.id for answer in shown} | {answer.question_id for answer in shown}
    seen = db.session.scalars(comments_visible_to(None)).all()

    assert posts_seen_by(None) == threads
    assert posts_seen_by(steward) == threads | {post.id for post in hidden} | {post.question_id for post in hidden}
    assert {comment.id for comment in seen} == {remark.id for remark in remarks[2:]}


def test_a_deleted_answer_hides_neither_its_question_nor_its_neighbours(steward):
    question = QuestionFactory()
    deleted, kept = AnswerFactory(question=question), AnswerFactory(question=question)
    with write():
        delete_answer(deleted, question, by=steward)

    assert posts_seen_by(None) == {question.id, kept.id}


def test_what_hangs_on_an_answer_is_hidden_with_its_question(client, steward):
    hidden, shown = AnswerFactory(), AnswerFactory()
    with write():
        delete_question(db.session.get_one(Question, hidden.question_id), by=steward)

    for part in ("comments", "revisions"):
        assert client.get(f"/posts/{hidden.id}/{part}").status_code == 404
        assert client.get(f"/posts/{shown.id}/{part}").status_code == 200
