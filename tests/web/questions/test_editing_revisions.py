"""The texts that a post had: who sees which, what changed between two, and the way back."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.kernel.db import db, write
from app.posts.bodies import prepare_body
from app.posts.models import Revision
from app.questions import actions
from app.questions.models import Question, Visibility
from tests.support.factories import (
    AccountFactory,
    AdminFactory,
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    ProductFactory,
    QuestionFactory,
    SalesFactory,
    StewardFactory,
)

pytestmark = pytest.mark.one_database

TITLE = "Why does replication stop at night?"


@pytest.fixture
def author():
    return PersonFactory()


@pytest.fixture
def question(author):
    return QuestionFactory(author=author, title=TITLE, body="It stops.", tags=("night",))


def edit(post, body, *, by, reason="", **changes):
    """Give a post another text, from the one it has."""
    text = prepare_body(body)
    with write():
        about = {"by": by, "revision_number": post.revision_number, "reason": reason}
        if isinstance(post, Question):
            draft = {"title": post.title, "tags": [tag.name for tag in post.tags], "product": None, **changes}
            actions.edit_question(post, actions.Draft(body=text, **draft), **about)
        else:
            actions.edit_answer(post, text, **about)


def numbers(page):
    return [number for number in range(1, 60) if f'id="revision-{number}"' in page]


def test_revisions_stand_newest_first_with_who_when_and_why(client, author, question):
    steward = StewardFactory(name="Tomasz Keeper", job_title="Community steward")
    edit(question, "It stops at two.", by=steward, reason="Said when")

    page = client.get(f"/posts/{question.id}/revisions").text

    assert page.index('id="revision-2"') < page.index('id="revision-1"')
    assert "Said when" in page
    assert 'class="nametag"' in page
    assert "Restore" not in page


@pytest.mark.both_databases
def test_many_revisions_come_in_pages(client, author, question):
    for number in range(24):
        edit(question, f"It stops, {number}.", by=author)

    first = client.get(f"/posts/{question.id}/revisions").text
    onwards = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = client.get(onwards).text

    assert numbers(first) == list(range(6, 26))
    assert numbers(second) == list(range(1, 6))


def test_any_two_can_be_compared_in_two_views(client, author, question):
    edit(question, "It stops at two.", by=author, title="Why does replication stop at two?")
    edit(question, "It stops at two.\n\nWhy?", by=author, tags=["firmware", "night"])
    address = f"/posts/{question.id}/revisions"

    both = client.get(f"{address}?from=1&to=3").text
    turned = client.get(f"{address}?from=3&to=1").text
    beside = client.get(f"{address}?from=1&to=3&view=side").text

    assert "From revision 1 to 3" in both
    assert "From revision 1 to 3" in turned
    assert '<ins><span class="aloud">[added: </span> at two<span class="aloud">] </span></ins>' in both
    assert '<ins><span class="aloud">[added: </span>firmware' in both
    assert '<del><span class="aloud">[removed: </span>night' in both.split("<dt>Title</dt>")[1].split("</dd>")[0]
    assert '<table class="diff">' in beside
    assert '<table class="diff">' not in both


def test_each_revision_has_an_address(client, author, question):
    edit(question, "It stops at two.", by=author)
    edit(question, "It stops at two.", by=author, tags=["firmware"])
    address = f"/posts/{question.id}/revisions"

    assert "at two" in client.get(f"{address}/2").text
    assert "The text is the same in both." in client.get(f"{address}/3").text
    assert client.get(f"{address}/1").status_code == 200


@pytest.mark.parametrize("where", ["/4", "/0", "?from=1&to=4", "?from=x&to=1", "?to=2", "/99999999999999999999"])
def test_a_revision_that_does_not_exist_is_not_found(client, author, question, where):
    edit(question, "It stops at two.", by=author)

    assert client.get(f"/posts/{question.id}/revisions{where}").status_code == 404


def test_the_revisions_of_what_one_may_not_read_are_not_found(client, sign_in, author, question):
    edit(question, "It stops at two.", by=author)
    with write():
        actions.delete_question(question, by=author)

    for where in ("", "/1", "?from=1&to=2"):
        assert client.get(f"/posts/{question.id}/revisions{where}").status_code == 404
        assert sign_in(PersonFactory()).get(f"/posts/{question.id}/revisions{where}").status_code == 404
        assert sign_in(author).get(f"/posts/{question.id}/revisions{where}").status_code == 200


def test_hostile_text_is_shown_as_it_was_typed(client, author, question):
    hostile = '<script>alert(1)</script> <img src=x onerror="alert(2)"> {{ 7*7 }} &amp;'
    edit(question, hostile, by=author, title="<b>Why</b> does replication stop?", reason="<i>because</i>")
    edit(question, f"{hostile}\n\n{hostile} again", by=author)
    address = f"/posts/{question.id}/revisions"

    for where in ("", "/2", "/3", "?from=1&to=2", "?from=1&to=3&view=side"):
        page = client.get(address + where).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b>Why" not in page
        assert "<i>because" not in page
    assert "{{ 7*7 }} &amp;amp;" in client.get(f"{address}/2").text


def test_going_back_is_one_button_and_one_more_revision(sign_in, author):
    product = ProductFactory()
    question = QuestionFactory(author=author, title=TITLE, body="It stops.", tags=("night",), product=product)
    edit(question, "Spam.", by=author, title="Buy one and get another one free", tags=["spam"], product=product)
    browser = sign_in(author)
    assert "Restore this text" in browser.get(f"/posts/{question.id}/revisions").text

    restored = browser.post(f"/posts/{question.id}/revisions/1/restoration", data={"revision": "2"})

    assert restored.status_code == 303
    now = db.session.scalars(select(Question)).one()
    assert (now.title, now.body, [tag.name for tag in now.tags]) == (TITLE, "It stops.", ["night"])
    assert now.product_id == product.id
    newest = db.session.scalars(select(Revision).order_by(Revision.number.desc())).first()
    assert (newest.number, newest.reason, newest.body) == (3, "Back to revision 1", "It stops.")


def test_an_answer_goes_back_too(sign_in):
    expert = ExpertFactory()
    answer = AnswerFactory(author=expert, body="Look at the schedule.")
    edit(answer, "Never mind.", by=expert)

    browser = sign_in(StewardFactory())
    assert browser.post(f"/posts/{answer.id}/revisions/1/restoration", data={"revision": "2"}).status_code == 303

    db.session.refresh(answer)
    assert answer.body == "Look at the schedule."


def test_going_back_is_refused_when_somebody_edited_meanwhile(sign_in, author, question):
    edit(question, "It stops at two.", by=author)
    edit(question, "It stops at three.", by=author)

    refused = sign_in(author).post(f"/posts/{question.id}/revisions/1/restoration", data={"revision": "2"})

    assert refused.status_code == 409
    assert "Somebody edited this meanwhile." in refused.text
    assert numbers(refused.text) == [1, 2, 3]


def test_going_back_to_what_it_says_changes_nothing(sign_in, author, question):
    edit(question, "It stops at two.", by=author)
    edit(question, "It stops.", by=author)
    browser = sign_in(author)

    answers = [browser.post(f"/posts/{question.id}/revisions/1/restoration", data={"revision": "3"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert "so there is no new revision" in browser.get(answers[1].location).text
    assert db.session.scalars(select(Question)).one().revision_number == 3


def test_only_who_may_edit_goes_back(client, sign_in, author, question):
    edit(question, "It stops at two.", by=author)
    address = f"/posts/{question.id}/revisions/1/restoration"

    assert client.post(address, data={"revision": "2"}).status_code == 401
    for stranger in (PersonFactory(), ExpertFactory(), SalesFactory()):
        assert sign_in(stranger).post(address, data={"revision": "2"}).status_code == 403
    assert sign_in(author).post(f"/posts/{question.id}/revisions/9/restoration").status_code == 404


@pytest.mark.both_databases
def test_what_was_said_in_confidence_stays_so_when_the_thread_is_opened(client, sign_in, travel_to):
    acme = AccountFactory()
    asker, colleague = PersonFactory(account=acme), PersonFactory(account=acme)
    expert = ExpertFactory()
    question = QuestionFactory(
        author=asker, title=TITLE, body="Our secret is tangerine.", visibility=Visibility.COMPANY
    )
    answer = AnswerFactory(question=question, author=expert, body="Then change the tangerine.")
    for post, by in ((question, asker), (answer, expert)):
        edit(post, "Nothing to see here.", by=by)
    with write():
        actions.change_visibility(question, Visibility.PUBLIC, by=asker)
    edit(question, "Why does it stop?", by=asker)

    for post in (question, answer):
        address = f"/posts/{post.id}/revisions"
        for browser in (client, *(sign_in(one) for one in (PersonFactory(), colleague, SalesFactory()))):
            assert 1 not in numbers(browser.get(address).text)
            assert browser.get(f"{address}/1").status_code == 404
            assert browser.get(f"{address}?from=1&to={post.revision_number}").status_code == 404
            assert "tangerine" not in browser.get(f"{address}/{post.revision_number}").text
        for insider in (asker, expert, StewardFactory(), AdminFactory()):
            assert 1 in numbers(sign_in(insider).get(address).text)
    # What was the text when the thread was opened is everybody's while it is the text of now.
    assert numbers(client.get(f"/posts/{answer.id}/revisions").text) == [2]
    assert numbers(client.get(f"/posts/{question.id}/revisions").text) == [3]


def test_a_page_of_revisions_asks_as_little_for_many_as_for_few(client, author, question, queries):
    edit(question, "It stops at two.", by=author)
    client.get(f"/posts/{question.id}/revisions")
    with queries() as few:
        client.get(f"/posts/{question.id}/revisions")
    for number in range(15):
        edit(question, f"It stops, {number}.", by=StewardFactory())
    with queries() as many:
        client.get(f"/posts/{question.id}/revisions")

    assert len(many) == len(few)
