"""Editing with revisions, conflicts, deleting and restoring, with plain forms."""

import pytest
from sqlalchemy import select

from app.kernel.db import db
from app.questions.models import Answer, Question
from tests.support.factories import (
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    ProductFactory,
    QuestionFactory,
    StewardFactory,
)

pytestmark = pytest.mark.one_database

NEW = {
    "title": "Why does replication stop at two in the morning?",
    "body": "It stops at *two*.",
    "tags": "replication schedule",
    "revision": "1",
    "reason": "Said when",
}


@pytest.fixture
def author():
    return PersonFactory()


@pytest.fixture
def question(author):
    return QuestionFactory(author=author)


def text_of(browser, question):
    return browser.get(browser.get(f"/questions/{question.id}").location).text


def test_the_author_edits_and_earlier_texts_stay_readable(sign_in, author, question, client):
    browser = sign_in(author)
    assert question.title in browser.get(f"/posts/{question.id}/edit").text

    saved = browser.post(f"/posts/{question.id}/edit", data=NEW)

    assert saved.status_code == 303
    assert saved.location.endswith("/why-does-replication-stop-at-two-in-the-morning")
    page = client.get(saved.location).text
    assert "It stops at <em>two</em>." in page
    assert "2 revisions" in page
    history = client.get(f"/posts/{question.id}/revisions").text
    assert "Said when" in history
    assert "What should I look at first?" in client.get(f"/posts/{question.id}/revisions/1").text


def test_nothing_is_kept_of_a_post_that_was_never_edited(client, question):
    assert "Never edited" in client.get(f"/posts/{question.id}/revisions").text


@pytest.mark.both_databases
def test_the_second_of_two_who_edit_at_once_sees_both_texts(sign_in, author, question):
    ProductFactory()
    browser = sign_in(author)
    browser.post(f"/posts/{question.id}/edit", data={**NEW, "body": "The first new text."})

    page = browser.post(f"/posts/{question.id}/edit", data={**NEW, "body": "The second new text."})

    assert page.status_code == 409
    assert "The first new text." in page.text
    assert "The second new text." in page.text
    assert "The second new text." not in text_of(browser, question)
    again = browser.post(f"/posts/{question.id}/edit", data={**NEW, "body": "The second new text.", "revision": "2"})
    assert again.status_code == 303
    assert "The second new text." in text_of(browser, question)


def test_an_edit_that_breaks_a_rule_keeps_what_was_typed(sign_in, author, question):
    page = sign_in(author).post(f"/posts/{question.id}/edit", data={**NEW, "title": "Short"})

    assert page.status_code == 422
    assert "Say in at least 15 letters" in page.text
    assert "It stops at *two*." in page.text


def test_an_edit_can_be_looked_at_first(sign_in, author, question):
    page = sign_in(author).post(f"/posts/{question.id}/edit", data={**NEW, "preview": "1"})

    assert page.status_code == 200
    assert "It stops at <em>two</em>." in page.text


def test_an_answer_is_edited_by_its_author_and_by_nobody_else(sign_in, client):
    expert = ExpertFactory()
    answer = AnswerFactory(author=expert)
    address, new = f"/posts/{answer.id}/edit", {"body": "A better answer.", "revision": "1"}

    assert sign_in(PersonFactory()).get(address).status_code == 403
    assert sign_in(PersonFactory()).post(address, data=new).status_code == 403
    assert client.post(address, data=new).status_code == 401
    assert sign_in(expert).post(address, data=new).status_code == 303
    assert db.session.scalars(select(Answer)).one().body == "A better answer."


def test_a_question_nobody_answered_is_deleted_and_restored_by_its_author(sign_in, author, question, client):
    browser = sign_in(author)

    assert browser.post(f"/posts/{question.id}/deletion").status_code == 303
    assert client.get(f"/questions/{question.id}").status_code == 404
    assert browser.post(f"/posts/{question.id}/deletion/remove").status_code == 303
    assert question.title in text_of(client, question)


def test_once_answered_only_a_steward_deletes_a_question(sign_in, author, question):
    AnswerFactory(question=question)

    refused = sign_in(author).post(f"/posts/{question.id}/deletion")

    assert refused.status_code == 422
    assert "only a steward can delete this" in refused.text
    assert sign_in(StewardFactory()).post(f"/posts/{question.id}/deletion").status_code == 303
    assert sign_in(author).delete(f"/posts/{question.id}/deletion").status_code == 403
    assert db.session.scalars(select(Question)).one().deleted_at is not None


def test_deleting_an_answer_leads_back_to_its_place(sign_in, question):
    expert = ExpertFactory()
    answer = AnswerFactory(question=question, author=expert)

    gone = sign_in(expert).post(f"/posts/{answer.id}/deletion")

    assert gone.location.endswith(f"#answer-{answer.id}")
    assert sign_in(expert).post(f"/posts/{answer.id}/deletion/remove").status_code == 303
    assert db.session.scalars(select(Question)).one().answer_count == 1
