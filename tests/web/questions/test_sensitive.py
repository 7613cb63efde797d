"""Whoever posts something that looks like a secret is shown it first, and decides."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import func, select

from app.kernel.db import db, write
from app.posts.models import Comment, Post
from app.questions.models import Answer, Question, Visibility
from tests.support.factories import AccountFactory, AnswerFactory, ExpertFactory, PersonFactory, QuestionFactory

pytestmark = pytest.mark.one_database

TITLE = "Why does 10.20.30.40 fail over to the wrong node?"
BODY = "It fails over.\r\n\r\n    10.20.30.40 lost 10.20.30.41\r\n    password: Winter2031!"
ASKED = {"title": TITLE, "body": BODY, "tags": "failover", "visibility": "public"}


@pytest.fixture
def asker():
    return PersonFactory(account=AccountFactory(name="Fernhill Hospitals", domains=["fernhill.example"]))


@pytest.fixture
def browser(sign_in, asker):
    return sign_in(asker)


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def first(model):
    return db.session.scalars(select(model)).first()


def hidden(page, name):
    return unescape(re.search(rf'name="{name}"[^>]*value="([^"]*)"', page).group(1))


def boxes(page):
    return re.findall(r'name="sensitive_mask" value="([^"]*)"', page)


def decided(page, how, **changes):
    """The fields that the warning adds when one of its buttons is pressed, with all boxes ticked."""
    fields = {"sensitive": how, "sensitive_shown": hidden(page, "sensitive_shown"), "sensitive_mask": boxes(page)}
    return {**fields, "sensitive_kept": hidden(page, "sensitive_kept"), **changes}


def test_what_looks_like_a_secret_is_shown_where_it_is_and_nothing_is_posted(browser):
    answer = browser.post("/questions/ask", data=ASKED)
    page = unescape(re.sub(r"</?mark>", "|", answer.text))

    assert answer.status_code == 422
    assert count(Question) == 0
    assert "Line 4 looks like a password." in page
    assert "    password: |Winter2031!|" in page
    assert "“Your question in one sentence”, line 1, looks like an IP address of your own network." in page
    assert "It stands in 1 more place." in page
    assert "Everyone could read this." in page
    assert "Winter2031!" in re.search(r"<textarea[^>]*name=\"body\".*?</textarea>", answer.text, re.S).group()


def test_all_of_it_is_masked_and_posted(browser):
    page = browser.post("/questions/ask", data=ASKED).text

    answer = browser.post("/questions/ask", data={**ASKED, **decided(page, "mask")})

    question = first(Question)
    assert answer.status_code == 303
    assert question.title == "Why does ‹IP address 1› fail over to the wrong node?"
    assert "‹IP address 1› lost ‹IP address 2›" in question.body
    assert "password: ‹password 1›" in question.body


def test_what_is_not_ticked_stays(browser):
    page = browser.post("/questions/ask", data=ASKED).text
    password = boxes(page)[-1]

    answer = browser.post("/questions/ask", data={**ASKED, **decided(page, "mask", sensitive_mask=[password])})

    question = first(Question)
    assert answer.status_code == 303
    assert "10.20.30.40" in question.title
    assert "Winter2031!" not in question.body


def test_it_is_posted_as_it_is_if_that_is_what_the_author_wants(browser):
    page = browser.post("/questions/ask", data=ASKED).text

    answer = browser.post("/questions/ask", data={**ASKED, **decided(page, "keep")})

    assert answer.status_code == 303
    assert "Winter2031!" in first(Question).body


@pytest.mark.parametrize("how", ["keep", "mask"])
def test_a_secret_that_was_not_shown_is_asked_about_anew(browser, how):
    page = browser.post("/questions/ask", data=ASKED).text
    changed = {**ASKED, "body": f"{BODY}\r\n    token: 8f14e45fceea167a5a36"}

    answer = browser.post("/questions/ask", data={**changed, **decided(page, how)})

    assert answer.status_code == 422
    assert count(Question) == 0
    assert "looks like an access key or token" in answer.text
    assert "looks like a password" not in answer.text
    again = browser.post("/questions/ask", data={**changed, **decided(answer.text, how)})
    assert again.status_code == (303 if how == "keep" else 422)


def test_a_decision_lasts_through_another_refusal(browser):
    page = browser.post("/questions/ask", data=ASKED).text
    refused = browser.post("/questions/ask", data={**ASKED, "tags": "a b c d e f g", **decided(page, "keep")})
    assert refused.status_code == 422

    kept = {"sensitive_kept": hidden(refused.text, "sensitive_kept")}
    assert browser.post("/questions/ask", data={**ASKED, **kept}).status_code == 303


def test_pressing_the_usual_button_decides_nothing(browser):
    browser.post("/questions/ask", data=ASKED)

    assert browser.post("/questions/ask", data=ASKED).status_code == 422


def test_hosts_of_the_own_company_are_found_but_not_this_site(browser):
    body = "esx07.fernhill.example cannot reach http://localhost/questions"
    page = browser.post("/questions/ask", data={**ASKED, "title": "Why does it fail over wrongly?", "body": body}).text

    assert "looks like the name of a host of your company" in page
    assert len(boxes(page)) == 1


def test_many_of_them_share_one_box(browser):
    body = "\n".join(f"10.20.30.{number} lost" for number in range(1, 41))
    asked = {**ASKED, "title": "Why does it fail over wrongly?", "body": body}
    page = browser.post("/questions/ask", data=asked).text

    assert boxes(page)[-1] == "others"
    assert "10 more things like these" in page
    assert browser.post("/questions/ask", data={**asked, **decided(page, "mask")}).status_code == 303
    assert "10.20.30." not in first(Question).body


def test_an_answer_is_looked_through_too(browser):
    question = QuestionFactory()

    page = browser.post(f"/questions/{question.id}/answers", data={"body": "Ask 10.20.30.40."}).text
    answer = browser.post(
        f"/questions/{question.id}/answers", data={"body": "Ask 10.20.30.40.", **decided(page, "mask")}
    )

    assert answer.status_code == 303
    assert first(Answer).body == "Ask ‹IP address 1›."


def test_a_comment_is_looked_through_too(browser):
    question = QuestionFactory()

    page = browser.post(f"/posts/{question.id}/comments", data={"body": "Ask 10.20.30.40."}).text
    answer = browser.post(f"/posts/{question.id}/comments", data={"body": "Ask 10.20.30.40.", **decided(page, "mask")})

    assert answer.status_code == 303
    assert first(Comment).body == "Ask ‹IP address 1›."


def test_an_edit_is_asked_only_about_what_is_new(sign_in):
    expert = ExpertFactory()
    post = AnswerFactory(author=expert, body="Ask 10.20.30.40.")
    browser, address = sign_in(expert), f"/posts/{post.id}/edit"

    assert browser.post(address, data={"body": "Ask 10.20.30.40 twice.", "revision": "1"}).status_code == 303
    refused = browser.post(address, data={"body": "Ask 10.20.30.40 and 10.20.30.41.", "revision": "2"})

    assert refused.status_code == 422
    assert boxes(refused.text) == boxes(refused.text)[:1]
    assert "10.20.30.41</mark>" in refused.text


def test_a_confidential_thread_says_who_could_read_it(sign_in, asker):
    question = QuestionFactory(author=asker)
    with write():
        db.session.get_one(Question, question.id).visibility = Visibility.COMPANY

    page = sign_in(asker).post(f"/questions/{question.id}/answers", data={"body": "Ask 10.20.30.40."}).text

    assert "Your company and the engineers of Northwind Systems could read this." in page


def test_a_mask_that_makes_the_text_too_long_says_so_and_keeps_it(browser):
    question = QuestionFactory()
    body = "10.0.0.1 " * 111
    page = browser.post(f"/posts/{question.id}/comments", data={"body": body}).text

    answer = browser.post(f"/posts/{question.id}/comments", data={"body": body, **decided(page, "mask")})

    assert answer.status_code == 422
    assert "1,000 is the most" in answer.text
    assert "‹IP address 1›" in answer.text
    assert count(Post) == 1
