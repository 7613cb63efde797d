"""Closing, locking, moving, splitting: what the pages say, and who may use them."""

from __future__ import annotations

from html import unescape

import pytest

from app.curation.closures import close_question, lock_thread
from app.questions.models import CloseReason
from tests.curation.deeds import asker_of, close, done
from tests.support.factories import (
    AdminFactory,
    AnswerFactory,
    CommentFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    SalesFactory,
    StewardFactory,
)

pytestmark = pytest.mark.one_database


def page_of(question):
    return f"/questions/{question.id}/{question.slug}"


def links_offered(browser, question):
    """Which pages the question offers for looking after it."""
    page = browser.get(page_of(question)).text
    names = ("duplicate", "closure", "topics", "merger", "lock", "audience", "opening")
    return {name for name in names if f'href="/questions/{question.id}/{name}"' in page}


OFFERED = {
    "member": {"duplicate"},
    "asker": {"duplicate", "closure", "audience"},
    "expert": {"duplicate", "closure", "topics"},
    "steward": {"duplicate", "closure", "topics", "merger", "lock", "audience"},
    "admin": {"duplicate", "closure", "topics", "merger", "lock", "audience"},
    "sales": set(),
}
MAKERS = {
    "member": PersonFactory,
    "expert": ExpertFactory,
    "steward": StewardFactory,
    "admin": AdminFactory,
    "sales": SalesFactory,
}


@pytest.mark.parametrize("role", OFFERED)
def test_everybody_is_offered_what_they_may_use_and_nothing_else(sign_in, role):
    question = QuestionFactory()
    browser = sign_in(asker_of(question) if role == "asker" else MAKERS[role]())

    assert links_offered(browser, question) == OFFERED[role]
    for name in ("duplicate", "closure", "topics", "merger", "lock", "audience"):
        status = browser.get(f"/questions/{question.id}/{name}").status_code
        assert status == (200 if name in OFFERED[role] else 403), name
    assert browser.get(f"/questions/{question.id}/opening").status_code == 422


def test_guests_are_offered_nothing_and_asked_to_sign_in(client):
    question = QuestionFactory()
    AnswerFactory(question=question)

    assert links_offered(client, question) == set()
    for name in ("duplicate", "closure", "topics", "merger", "lock", "audience", "opening"):
        assert client.get(f"/questions/{question.id}/{name}").status_code in {302, 303, 401}


@pytest.mark.both_databases
def test_closing_teaches_and_the_form_for_answers_goes(sign_in, client):
    question, expert = QuestionFactory(), ExpertFactory(name="Ingrid Solheim")
    browser = sign_in(expert)
    assert "which versions, what you did" in browser.get(f"/questions/{question.id}/closure").text
    response = browser.post(f"/questions/{question.id}/closure", data={"reason": "unclear", "note": "Which array?"})
    assert response.status_code == 303

    asker = sign_in(asker_of(question)).get(page_of(question)).text
    assert "Closed by Ingrid Solheim" in asker
    assert "What you can do: Edit it until a stranger could follow" in asker
    assert "“Which array?”" in asker
    assert "Post your answer" not in asker
    assert "This question is closed, so it takes no more answers." in asker
    assert "Open it again" not in asker
    assert "Open it again" in browser.get(page_of(question)).text
    guest = client.get(page_of(question)).text
    assert "Closed by Ingrid Solheim" in guest
    assert "What was done here" in guest


def test_closing_needs_a_reason_of_ones_own(sign_in):
    question = QuestionFactory()
    browser = sign_in(asker_of(question))
    for reason in ("", "off_topic", "duplicate", "nonsense"):
        response = browser.post(f"/questions/{question.id}/closure", data={"reason": reason, "note": "I found it."})

        assert response.status_code == 422
        assert "I found it." in response.text
    assert browser.post(f"/questions/{question.id}/closure", data={"reason": "withdrawn"}).status_code == 303
    assert browser.post(f"/questions/{question.id}/closure/remove").status_code == 303
    assert not question.is_closed


def test_lists_say_that_it_is_closed_and_do_not_wait_for_it(client):
    question = QuestionFactory(title="Why does the old fan run all night?")
    close(question)

    assert "Closed</p>" in client.get("/questions").text
    assert "old fan" not in client.get("/questions?view=unanswered").text


def test_a_locked_thread_shows_no_forms_and_says_why(sign_in):
    question = QuestionFactory()
    AnswerFactory(question=question)
    steward = StewardFactory(name="Hanna Steward")
    keeper = sign_in(steward)
    assert keeper.post(f"/questions/{question.id}/lock", data={"note": "Cool down first."}).status_code == 303

    browser = sign_in(asker_of(question))
    page = browser.get(page_of(question)).text
    assert "Locked by Hanna Steward" in page
    assert "“Cool down first.”" in page
    for absent in ("Add a comment", "Post your answer", "/vote", "/edit", "Accept this answer"):
        assert absent not in page, absent
    assert "This thread is locked, so nobody answers here." in page
    refused = browser.post(f"/posts/{question.id}/comments", data={"body": "But why was it locked?"})
    assert refused.status_code == 422
    assert "But why was it locked?" in refused.text
    refused = browser.post(f"/questions/{question.id}/answers", data={"body": "It is the schedule, I believe."})
    assert refused.status_code == 422
    assert "It is the schedule, I believe." in refused.text
    assert browser.get(f"/posts/{question.id}/edit").status_code == 422
    assert "Unlock it" in keeper.get(page_of(question)).text
    assert keeper.post(f"/questions/{question.id}/lock/remove").status_code == 303
    assert "Post your answer" in browser.get(page_of(question)).text


def test_an_expert_moves_a_question_between_topics(sign_in, client):
    question = QuestionFactory(tags=["replication"])
    browser = sign_in(ExpertFactory(handle="sanfox"))
    assert 'value="replication"' in browser.get(f"/questions/{question.id}/topics").text
    assert browser.post(f"/questions/{question.id}/topics", data={"tags": ""}).status_code == 422
    too_many = browser.post(f"/questions/{question.id}/topics", data={"tags": "a b c d e f"})
    assert too_many.status_code == 422
    browser.post(f"/questions/{question.id}/topics", data={"tags": "snapshots, Night", "reason": "Snapshots."})

    assert {tag.name for tag in question.tags} == {"snapshots", "night"}
    assert "moved it from replication to night, snapshots" in client.get(page_of(question)).text
    assert "Snapshots." in client.get(f"/posts/{question.id}/revisions").text


def test_comments_become_a_question_and_the_thread_says_where_they_went(sign_in, client):
    answer = AnswerFactory()
    comments = [CommentFactory(post=answer, body=f"And what about site {number}?") for number in range(3)]
    browser = sign_in(ExpertFactory())
    question_page = client.get(f"/questions/{answer.question_id}").location
    assert f"/posts/{answer.id}/split" in browser.get(question_page).text
    form = browser.get(f"/posts/{answer.id}/split").text
    assert "And what about site 2?" in form
    chosen = {"comments": [str(comments[0].id), str(comments[1].id)], "tags": "licensing"}
    short = browser.post(f"/posts/{answer.id}/split", data={**chosen, "title": "Short"})
    assert short.status_code == 422
    for comment, is_chosen in zip(comments, (True, True, False), strict=True):
        assert (f'name="comments" value="{comment.id}" checked' in short.text) == is_chosen
    response = browser.post(
        f"/posts/{answer.id}/split",
        data={**chosen, "title": "What about the other two sites?", "idempotency_key": "once"},
    )
    again = browser.post(
        f"/posts/{answer.id}/split",
        data={**chosen, "title": "What about the other two sites?", "idempotency_key": "once"},
    )

    assert response.status_code == 303
    assert again.status_code == 409
    thread = client.get(question_page).text
    assert "Two comments moved to" in thread
    assert "What about the other two sites?" in thread
    assert "And what about site 0?" not in thread
    assert "And what about site 2?" in thread
    new = client.get(response.location).text
    assert "And what about site 0?" in new
    assert "made it of comments on" in new


def test_a_split_needs_comments(sign_in):
    question = QuestionFactory()
    browser = sign_in(StewardFactory())
    assert "No comment here" in browser.get(f"/posts/{question.id}/split").text
    data = {"title": "What about the other two sites?", "tags": "licensing"}
    CommentFactory(post=question)
    response = browser.post(f"/posts/{question.id}/split", data=data)

    assert response.status_code == 422
    assert "Choose the comments" in response.text


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "\u202egnp.exe", "'\"><b>", "{{ 7*7 }}"])
def test_what_is_typed_is_shown_as_typed(sign_in, client, hostile):
    question = QuestionFactory()
    done(close_question, question, CloseReason.UNCLEAR, by=StewardFactory(), note=hostile)
    done(lock_thread, question, by=StewardFactory(), note=hostile)
    page = client.get(page_of(question)).text

    assert f"“{hostile}”" in unescape(page)
    assert "<script>alert" not in page
    assert "<b>”" not in page
