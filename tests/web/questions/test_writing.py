"""Asking, answering, commenting, voting and accepting, with plain forms."""

import re

import pytest
from sqlalchemy import func, select

from app.kernel.db import db
from app.posts.models import Comment, Post
from app.questions.models import Answer, Question
from tests.support.client import signed_in
from tests.support.factories import (
    AccountFactory,
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    ProductFactory,
    QuestionFactory,
)

pytestmark = pytest.mark.one_database

TITLE = "Why does the fan run at full speed after the update?"
ASKED = {"title": TITLE, "body": "Since Sunday.\n\nIt was quiet before.", "tags": "cooling, firmware", "version": "5.2"}


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def first(model):
    return db.session.scalars(select(model)).first()


@pytest.fixture
def asker():
    return PersonFactory(account=AccountFactory(name="Fernhill Hospitals"))


@pytest.fixture
def browser(sign_in, asker):
    return sign_in(asker)


def test_a_question_is_asked_with_a_plain_form(browser, asker):
    form = browser.get("/questions/ask").text
    assert "csrf_token" in form
    assert "Fernhill Hospitals" in form

    answer = browser.post("/questions/ask", data=ASKED)

    question = first(Question)
    assert answer.status_code == 303
    assert answer.location == f"/questions/{question.id}/why-does-the-fan-run-at-full-speed-after-the-update"
    assert question.author_id == asker.id
    assert [tag.name for tag in question.tags] == ["cooling", "firmware"]
    assert TITLE in browser.get(answer.location).text


def test_a_form_sent_twice_creates_once(browser):
    sent = {**ASKED, "idempotency_key": "from-one-page"}

    first_time, second_time = (browser.post("/questions/ask", data=sent) for _ in range(2))

    assert count(Question) == 1
    assert first_time.location == second_time.location


def test_another_text_from_the_same_page_is_shown_again_and_can_be_sent(browser):
    """Whoever goes back, writes something else and sends that must not be led to the first as if it were the second."""
    sent, other = {**ASKED, "idempotency_key": "from-one-page"}, "Why does the fan stop after the second update?"
    first_time = browser.post("/questions/ask", data=sent)

    second_time = browser.post("/questions/ask", data={**sent, "title": other})

    assert second_time.status_code == 422
    assert count(Question) == 1
    assert "something else already" in second_time.text
    assert f"{first_time.location}. Change it there" in second_time.text
    assert f'value="{other}"' in second_time.text

    new_key = re.search(r'name="idempotency_key"[^>]*value="([^"]+)"', second_time.text)[1]
    third_time = browser.post("/questions/ask", data={**sent, "title": other, "idempotency_key": new_key})

    assert third_time.status_code == 303
    assert [one.title for one in db.session.scalars(select(Question).order_by(Question.id))] == [TITLE, other]


@pytest.mark.parametrize("form", ["/questions/{id}/answers", "/posts/{id}/comments"])
def test_another_answer_or_comment_from_the_same_page_is_not_lost(browser, form):
    place = form.format(id=QuestionFactory().id)
    texts = ["Set the fan curve to quiet.", "Set the fan curve to off."]
    answers = [browser.post(place, data={"body": text, "idempotency_key": "from-one-page"}) for text in texts]

    assert [one.status_code for one in answers] == [303, 422]
    assert texts[1] in answers[1].text
    assert "something else already" in answers[1].text


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"title": ""}, "title", "Enter your question in one sentence."),
        ({"title": "Help"}, "title", "Say in at least 15 letters"),
        ({"body": ""}, "body", "Say what happens"),
        ({"tags": ""}, "tags", "Add at least one tag"),
        ({"title": "x" * 151}, "title", "Keep it to 150 letters"),
        ({"version": "9" * 41}, "version", "Keep it to 40 letters"),
    ],
)
def test_what_is_wrong_stands_at_the_field_and_nothing_typed_is_lost(browser, changed, field, sentence):
    page = browser.post("/questions/ask", data={**ASKED, **changed})

    assert page.status_code == 422
    assert count(Question) == 0
    assert "<title>Error: Ask a question" in page.text
    assert re.search(rf'role="alert".*href="#{field}">[^<]*{re.escape(sentence)}', page.text, re.DOTALL)
    assert re.search(rf'id="{field}-error".*{re.escape(sentence)}', page.text)
    assert re.search(rf'aria-describedby="[^"]*{field}-error"', page.text)
    kept = {**ASKED, **changed}
    assert all(line in page.text for value in kept.values() for line in value.splitlines())


@pytest.mark.parametrize("tags", ["a, b, c, d, e, f", "two words?!"])
def test_a_rule_that_refuses_is_told_above_the_form(browser, tags):
    page = browser.post("/questions/ask", data={**ASKED, "tags": tags})

    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert TITLE in page.text
    assert count(Question) == 0


def test_a_form_that_was_refused_still_suggests_versions(browser):
    ProductFactory(versions=("5.2", "5.3"))

    page = browser.post("/questions/ask", data={**ASKED, "tags": "two words?!"})

    assert page.status_code == 422
    assert '<option value="5.3">' in page.text


def test_a_preview_needs_no_script_and_keeps_the_form(browser):
    page = browser.post("/questions/ask", data={**ASKED, "body": "It is **loud**.", "preview": "1"})

    assert page.status_code == 200
    assert "<strong>loud</strong>" in page.text
    assert "It is **loud**." in page.text
    assert TITLE in page.text
    assert count(Question) == 0


def test_a_script_gets_the_preview_alone(browser, client):
    fragment = browser.post("/preview", data={"body": "It is **loud**."})

    assert "<strong>loud</strong>" in fragment.text
    assert "<html" not in fragment.text
    assert client.post("/preview", data={"body": "x"}).status_code == 401


def test_an_answer_is_posted_and_shown_where_it_was_posted(sign_in):
    question = QuestionFactory()

    answer = sign_in(ExpertFactory()).post(f"/questions/{question.id}/answers", data={"body": "Look at the *sensor*."})

    posted = first(Answer)
    assert answer.status_code == 303
    assert answer.location.endswith(f"#answer-{posted.id}")
    assert posted.author_employer == "Northwind Systems"


def test_an_empty_answer_is_refused_on_the_page_of_the_question(browser):
    question = QuestionFactory()

    page = browser.post(f"/questions/{question.id}/answers", data={"body": " "})

    assert page.status_code == 422
    assert "Write your answer first." in page.text
    assert question.title in page.text


def test_an_answer_can_be_looked_at_before_it_is_posted(browser):
    question = QuestionFactory()

    page = browser.post(f"/questions/{question.id}/answers", data={"body": "Try **this**.", "preview": "1"})

    assert "<strong>this</strong>" in page.text
    assert count(Answer) == 0


def test_a_comment_is_added_once(browser):
    question = QuestionFactory()
    sent = {"body": "Which version?", "idempotency_key": "one"}

    answers = [browser.post(f"/posts/{question.id}/comments", data=sent) for _ in range(2)]

    comment = first(Comment)
    assert count(Comment) == 1
    assert {answer.location for answer in answers} == {
        f"/questions/{question.id}/{question.slug}#comment-{comment.id}",
    }


def test_a_comment_that_is_too_long_stays_in_its_form(browser):
    question = QuestionFactory()

    page = browser.post(f"/posts/{question.id}/comments", data={"body": "long " * 300})

    assert page.status_code == 422
    assert "Keep a comment to 1,000 characters." in page.text
    assert "long long long" in page.text


def test_only_its_author_takes_a_comment_away(browser, sign_in):
    question = QuestionFactory()
    browser.post(f"/posts/{question.id}/comments", data={"body": "A remark to be taken away."})
    comment_id = first(Comment).id

    assert sign_in(PersonFactory()).post(f"/comments/{comment_id}/deletion").status_code == 403
    assert browser.post(f"/comments/{comment_id}/deletion").status_code == 303
    assert "A remark to be taken away." not in browser.get(f"/questions/{question.id}/{question.slug}").text


def test_a_vote_is_cast_changed_and_taken_back(browser):
    answer = AnswerFactory()
    address = f"/posts/{answer.id}/vote"

    for value, counts in ((1, (1, 0)), (1, (1, 0)), (-1, (0, 1)), (0, (0, 0))):
        assert browser.post(address, data={"value": value}).status_code == 303
        post = db.session.scalars(select(Post).where(Post.id == answer.id)).one()
        assert (post.helpful_count, post.unhelpful_count) == counts

    assert browser.post(address, data={"value": "2"}).status_code == 400
    assert browser.post("/posts/999/vote", data={"value": 1}).status_code == 404


def test_nobody_votes_on_their_own_post(sign_in):
    author = ExpertFactory()
    answer = AnswerFactory(author=author)

    page = sign_in(author).post(f"/posts/{answer.id}/vote", data={"value": 1})

    assert page.status_code == 403
    assert "You cannot vote on what you wrote yourself." in page.text


def test_the_asker_accepts_and_takes_it_back(browser, asker):
    question = QuestionFactory(author=asker)
    answer = AnswerFactory(question=question)
    address = f"/questions/{question.id}/acceptance"

    assert browser.post(address, data={"answer": answer.id}).location.endswith(f"#answer-{answer.id}")
    assert "Accepted by" in browser.get(f"/questions/{question.id}/{question.slug}").text

    assert browser.post(f"{address}/remove").status_code == 303
    assert "Accepted by" not in browser.get(f"/questions/{question.id}/{question.slug}").text
    assert browser.delete(address).status_code == 303


def test_nobody_else_accepts_and_nothing_else_is_accepted(browser, asker):
    elsewhere = AnswerFactory()
    question = QuestionFactory(author=asker)

    assert browser.post(f"/questions/{question.id}/acceptance", data={"answer": elsewhere.id}).status_code == 404
    assert browser.post(f"/questions/{question.id}/acceptance", data={"answer": "x"}).status_code == 422
    other = elsewhere.question_id
    assert browser.post(f"/questions/{other}/acceptance", data={"answer": elsewhere.id}).status_code == 403


@pytest.mark.parametrize("deed", ["answers", "acceptance", "acceptance/remove"])
def test_a_guest_is_asked_to_sign_in(client, deed):
    question = QuestionFactory()

    page = client.post(f"/questions/{question.id}/{deed}", data={"body": "An answer.", "answer": 1})

    assert page.status_code == 401
    assert "Sign in first" in page.text
    assert client.get("/questions/ask").location == "/sign-in?next=/questions/ask"


def test_whoever_posts_too_often_keeps_the_text(app_with, asker):
    site = app_with(rate_limits=True)
    browser = signed_in(site, asker)
    pages = [browser.post("/questions/ask", data={**ASKED, "title": f"{TITLE} Again, {n}"}) for n in range(5)]

    assert [page.status_code for page in pages] == [303, 303, 303, 303, 429]
    assert int(pages[-1].headers["Retry-After"]) > 0
    assert "That was 4 posts in a minute." in pages[-1].text
    assert f"{TITLE} Again, 4" in pages[-1].text
    assert "It was quiet before." in pages[-1].text


def test_a_session_that_ended_meanwhile_loses_no_text(client):
    page = client.post("/questions/ask", data=ASKED)

    assert page.status_code == 401
    assert "What you typed" in page.text
    assert "It was quiet before." in page.text


def test_a_form_from_elsewhere_is_refused(browser):
    assert browser.post("/questions/ask", data=ASKED, csrf=False).status_code == 400
    assert browser.post("/questions/ask", data=ASKED, headers={"Origin": "https://evil.example"}).status_code == 403
    assert count(Question) == 0
