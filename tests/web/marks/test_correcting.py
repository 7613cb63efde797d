"""“I was wrong” and honest advice, with plain forms."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.kernel.db import db
from app.marks.models import Correction
from app.people.models import Person
from app.questions.models import Answer
from tests.support.factories import AnswerFactory, ExpertFactory, PersonFactory, QuestionFactory

pytestmark = pytest.mark.one_database

NEW = "Let both arrays send a keepalive; the size of the window plays **no** part."
REASON = "I first wrote that a smaller window helps. It does not."


@pytest.fixture
def author() -> Person:
    return ExpertFactory()


@pytest.fixture
def answer(author) -> Answer:
    return AnswerFactory(author=author, body="Set the *window* to 1M; the barrier is then small enough to pass.")


def form(**changes):
    return {"reason": REASON, "body": NEW, "revision": "1", "thanks": "", **changes}


def page_of(browser, answer):
    return browser.get(browser.get(f"/questions/{answer.question_id}").location).text


@pytest.mark.both_databases
def test_an_author_corrects_an_answer_and_the_old_text_stays_struck_through(sign_in, client, author, answer):
    helper = PersonFactory()
    browser = sign_in(author)
    asked = browser.get(f"/answers/{answer.id}/correction").text
    assert "It costs you nothing." in asked
    assert "Set the *window* to 1M" in asked

    sent = browser.post(f"/answers/{answer.id}/correction", data=form(thanks=f"@{helper.handle}"))

    assert sent.location.endswith(f"#answer-{answer.id}")
    page = page_of(client, answer)
    assert "plays <strong>no</strong> part" in page
    struck = page.split("<del")[1].split("</del>")[0]
    assert "<em>window</em> to 1M" in struck
    assert REASON in page
    assert f"Thanks to @{helper.handle}." in page
    assert f'href="/posts/{answer.id}/revisions"' in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": ""}, "Say what was wrong."),
        ({"reason": "Sorry."}, "Say in at least 15 letters what was wrong."),
        ({"thanks": "@nobody-here"}, "Nobody here is called @nobody-here."),
        ({"body": ""}, "Write what is right."),
        ({"body": "Set the *window* to 2M; the barrier is then small enough to pass."}, "mend it with a plain edit"),
    ],
)
def test_a_correction_with_a_fault_is_shown_again_with_what_was_typed(sign_in, author, answer, changes, sentence):
    page = sign_in(author).post(f"/answers/{answer.id}/correction", data=form(**changes))

    assert page.status_code == 422
    assert sentence in page.text
    assert (changes.get("body", NEW)) in page.text
    assert db.session.scalars(select(Correction)).all() == []


def test_a_correction_can_be_looked_at_first(sign_in, author, answer):
    page = sign_in(author).post(f"/answers/{answer.id}/correction", data=form(preview="1"))

    assert page.status_code == 200
    assert "plays <strong>no</strong> part" in page.text


def test_a_correction_that_meets_an_edit_shows_both_texts(sign_in, author, answer):
    browser = sign_in(author)
    browser.post(f"/posts/{answer.id}/edit", data={"body": "Look at the snapshots.", "revision": "1"})

    page = browser.post(f"/answers/{answer.id}/correction", data=form())

    assert page.status_code == 409
    assert "Look at the snapshots." in page.text
    assert NEW in page.text
    assert browser.post(f"/answers/{answer.id}/correction", data=form(revision="2")).status_code == 303


def test_a_second_correction_is_a_plain_edit(sign_in, author, answer):
    browser = sign_in(author)
    browser.post(f"/answers/{answer.id}/correction", data=form())

    again = browser.get(f"/answers/{answer.id}/correction")

    assert again.status_code == 422
    assert "Change it with a plain edit" in again.text
    assert "I was wrong" not in page_of(browser, answer)


def test_secrets_are_asked_about_before_a_correction_is_published(sign_in, author, answer):
    told = form(body=f"{NEW}\n\npassword = hunter2secret")

    page = sign_in(author).post(f"/answers/{answer.id}/correction", data=told)

    assert page.status_code == 422
    assert "Look at this before you post it" in page.text


@pytest.mark.both_databases
def test_an_answer_may_recommend_what_somebody_else_makes(sign_in, client, author):
    question = QuestionFactory()
    browser = sign_in(author)
    told = {"body": "Take a plain link from your carrier.", "honest_advice": "Topsail  Gateway"}

    browser.post(f"/questions/{question.id}/answers", data=told)

    answer = db.session.scalars(select(Answer)).one()
    assert answer.honest_advice == "Topsail Gateway"
    assert "Honest advice: recommends Topsail Gateway, which is not ours" in page_of(client, answer)
    assert 'value="Topsail Gateway"' in browser.get(f"/posts/{answer.id}/edit").text
    edit = {"body": "Take a link from your carrier.", "revision": "1", "honest_advice": ""}
    browser.post(f"/posts/{answer.id}/edit", data=edit)
    assert "Honest advice" not in page_of(client, answer)
