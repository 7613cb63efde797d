"""Drafts are saved, given back, listed and thrown away; with plain forms as with a script."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import func, select

from app.kernel.db import db, write
from app.posts.models import SavedDraft
from app.questions import actions as questions
from app.questions.models import Answer, Question
from tests.support.factories import AnswerFactory, ExpertFactory, PersonFactory, QuestionFactory

pytestmark = pytest.mark.one_database

TITLE = "Why does the array fail over to the wrong node?"
TYPED = {"title": TITLE, "body": "It fails over.", "tags": "failover", "visibility": "public", "place": "question"}


@pytest.fixture
def ana():
    return PersonFactory()


@pytest.fixture
def browser(sign_in, ana):
    return sign_in(ana)


def count(model=SavedDraft):
    return db.session.scalar(select(func.count()).select_from(model))


def key_of(page):
    return re.search(r'name="idempotency_key"[^>]*value="([^"]+)"', page).group(1)


def test_what_is_typed_comes_back_when_the_form_is_opened_again(browser):
    saved = browser.post("/drafts", data=TYPED)

    page = unescape(browser.get("/questions/ask").text)
    assert saved.json["saved_at"]
    assert TITLE in page
    assert "It fails over." in page
    assert re.search(r"Your draft of \d\d:\d\d UTC is back\.", page)


def test_the_button_saves_without_a_script_and_leads_back_to_the_form(browser):
    answer = browser.post("/drafts", data={**TYPED, "draft": "1"})

    assert (answer.status_code, answer.location) == (303, "/questions/ask")
    assert "Your draft is saved. Only you can see it." in browser.get("/questions/ask").text


def test_the_page_of_a_question_gives_the_draft_of_an_answer_back(browser):
    question = QuestionFactory()
    address = f"/questions/{question.id}/{question.slug}"

    browser.post("/drafts", data={"place": f"answer:{question.id}", "body": "Look at the snapshots."})

    assert "Look at the snapshots." in browser.get(address).text
    assert browser.post("/drafts", data={"place": f"answer:{question.id}", "draft": "1", "body": "Look."}).location == (
        f"/questions/{question.id}#answer"
    )


def test_what_is_published_is_no_draft_any_more(browser):
    browser.post("/drafts", data=TYPED)
    question = QuestionFactory()
    browser.post("/drafts", data={"place": f"answer:{question.id}", "body": "Look."})

    assert browser.post("/questions/ask", data=TYPED).status_code == 303
    assert count() == 1
    assert browser.post(f"/questions/{question.id}/answers", data={"body": "Look."}).status_code == 303
    assert count() == 0


def test_a_question_that_is_refused_keeps_its_draft(browser):
    browser.post("/drafts", data=TYPED)

    assert browser.post("/questions/ask", data={**TYPED, "tags": ""}).status_code == 422
    assert count() == 1


def test_what_a_browser_saves_late_does_not_come_back(browser):
    key = key_of(browser.get("/questions/ask").text)
    assert browser.post("/questions/ask", data={**TYPED, "idempotency_key": key}).status_code == 303

    assert browser.post("/drafts", data={**TYPED, "idempotency_key": key}).json == {"saved_at": None}
    assert count() == 0


def test_a_draft_of_an_edit_that_began_at_an_older_text_meets_the_conflict(sign_in):
    expert = ExpertFactory()
    answer = AnswerFactory(author=expert, body="Look at the snapshots.")
    browser, address = sign_in(expert), f"/posts/{answer.id}/edit"
    browser.post("/drafts", data={"place": f"edit:{answer.id}", "body": "Look at the logs.", "revision": "1"})
    assert browser.post(address, data={"body": "Look twice.", "revision": "1"}).status_code == 303
    browser.post("/drafts", data={"place": f"edit:{answer.id}", "body": "Look at the logs.", "revision": "1"})

    page = browser.get(address).text
    revision = re.search(r'name="revision"[^>]*value="(\d+)"', page).group(1)

    assert "Look at the logs." in page
    assert revision == "1"
    assert browser.post(address, data={"body": "Look at the logs.", "revision": revision}).status_code == 409
    browser.post("/drafts", data={"place": f"edit:{answer.id}", "body": "Both.", "revision": "2", "base": "1"})
    assert re.search(r'name="revision"[^>]*value="(\d+)"', browser.get(address).text).group(1) == "1"


def test_saving_an_edit_lets_its_draft_go(sign_in):
    expert = ExpertFactory()
    answer = AnswerFactory(author=expert)
    browser = sign_in(expert)
    browser.post("/drafts", data={"place": f"edit:{answer.id}", "body": "Look.", "revision": "1"})

    assert browser.post(f"/posts/{answer.id}/edit", data={"body": "Look.", "revision": "1"}).status_code == 303
    assert count() == 0


def test_the_list_names_what_each_draft_is_about(browser):
    question = QuestionFactory(title="Why does replication stop at night?")
    browser.post("/drafts", data=TYPED)
    browser.post("/drafts", data={"place": f"answer:{question.id}", "body": "Look."})

    page = browser.get("/drafts").text

    assert TITLE in page
    assert "Why does replication stop at night?" in page
    assert f'href="/questions/{question.id}#answer"' in page
    assert "An answer to this question" in page


def test_the_text_is_not_lost_when_its_question_goes_away(browser, ana):
    question = QuestionFactory(title="Why does replication stop at night?")
    browser.post("/drafts", data={"place": f"answer:{question.id}", "body": "Look at the <b>snapshots</b>."})
    with write():
        found = db.session.get_one(Question, question.id)
        questions.delete_question(found, by=found_author(found))

    page = browser.get("/drafts").text

    assert "The question is no longer here for you" in page
    assert "replication stop" not in page
    assert "Look at the &lt;b&gt;snapshots&lt;/b&gt;." in page


def found_author(question):
    from app.people.models import Person

    return db.session.get_one(Person, question.author_id)


def test_a_draft_is_thrown_away(browser):
    browser.post("/drafts", data=TYPED)
    draft = db.session.scalars(select(SavedDraft)).one()

    assert browser.post(f"/drafts/{draft.id}/deletion").location == "/questions/ask"
    assert count() == 0
    assert "is back" not in browser.get("/questions/ask").text


def test_nobody_else_reaches_a_draft(browser, sign_in):
    browser.post("/drafts", data=TYPED)
    draft_id = db.session.scalars(select(SavedDraft.id)).one()
    ben = sign_in(PersonFactory())

    assert TITLE not in ben.get("/drafts").text
    assert TITLE not in ben.get("/questions/ask").text
    theirs, unknown = ben.post(f"/drafts/{draft_id}/deletion"), ben.post("/drafts/999999/deletion")
    assert (theirs.status_code, unknown.status_code) == (404, 404)
    assert count() == 1


def test_a_guest_is_told_to_sign_in_also_with_a_token_of_yesterday(client):
    assert client.post("/drafts", data=TYPED).status_code == 401
    assert client.post("/drafts", data=TYPED, csrf=False).status_code == 401
    assert client.get("/drafts").location.startswith("/sign-in")


def test_a_text_sent_while_signed_out_stands_on_the_page_that_refuses_it(client):
    answer = client.post("/questions/ask", data={**TYPED, "log": "node-a lost", "tried": "A reboot."}, csrf=False)

    assert answer.status_code == 401
    for text in (TITLE, "It fails over.", "node-a lost", "A reboot."):
        assert text in answer.text


@pytest.mark.parametrize(("changed", "status"), [({"place": "profile"}, 400), ({"body": "x" * 70_000}, 422)])
def test_what_is_no_draft_is_refused(browser, changed, status):
    assert browser.post("/drafts", data={**TYPED, **changed}).status_code == status
    assert count() == 0


def test_the_list_costs_the_same_however_long_it_is(browser, queries):
    def seen():
        with queries() as counted:
            browser.get("/drafts")
        return len(counted)

    browser.post("/drafts", data={"place": f"answer:{QuestionFactory().id}", "body": "Look."})
    one = seen()
    for _ in range(4):
        browser.post("/drafts", data={"place": f"answer:{QuestionFactory().id}", "body": "Look."})

    assert seen() == one


def test_posting_an_answer_without_a_draft_is_as_before(browser):
    question = QuestionFactory()

    assert browser.post(f"/questions/{question.id}/answers", data={"body": "Look."}).status_code == 303
    assert count(Answer) == 1
