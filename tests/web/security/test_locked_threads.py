"""A locked thread stays as it is: what stands there is not taken away either, but by stewards."""

from __future__ import annotations

import pytest

from app.curation.closures import lock_thread
from app.kernel.db import db
from app.people.models import Person
from app.posts.models import Comment
from app.questions.models import Answer
from tests.curation.deeds import done
from tests.support.factories import AnswerFactory, CommentFactory, QuestionFactory, StewardFactory


def author_of(post):
    return db.session.get_one(Person, post.author_id)


def test_nobody_takes_away_what_they_wrote_there(sign_in):
    question = QuestionFactory()
    answer = AnswerFactory(question=question)
    comment = CommentFactory(post=question)
    steward = StewardFactory()
    done(lock_thread, question, by=steward)
    paths = {f"/posts/{answer.id}/deletion": answer, f"/comments/{comment.id}/deletion": comment}

    for path, written in paths.items():
        assert sign_in(author_of(written)).post(path).status_code == 422
    assert db.session.get_one(Answer, answer.id).deleted_at is None
    assert db.session.get_one(Comment, comment.id).deleted_at is None

    for path in paths:
        assert sign_in(steward).post(path).status_code == 303


@pytest.mark.one_database
def test_nobody_deletes_or_restores_the_question(sign_in):
    question, deleted = QuestionFactory(), QuestionFactory()
    sign_in(author_of(deleted)).post(f"/posts/{deleted.id}/deletion")
    done(lock_thread, question, by=StewardFactory())
    assert sign_in(author_of(question)).post(f"/posts/{question.id}/deletion").status_code == 422
    assert sign_in(author_of(deleted)).post(f"/posts/{deleted.id}/deletion/remove").status_code == 303
