"""The inbox as its reader meets it, its count in the head of every page, and following from the question's page."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from app.kernel import clock
from app.kernel.db import db, write
from app.notifications.models import Follow, Notice
from app.people.models import Person
from app.questions import actions as questions
from app.questions.models import Visibility
from tests.notifications.inboxes import deliver
from tests.support.factories import (
    AccountFactory,
    AnswerFactory,
    CommentFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
)

pytestmark = pytest.mark.one_database


@pytest.fixture
def asker() -> Person:
    return PersonFactory()


@pytest.fixture
def question(asker):
    return QuestionFactory(author=asker)


def address_of(question):
    return f"/questions/{question.id}/{question.slug}"


def notices_of(person):
    rows = db.select(Notice).where(Notice.person_id == person.id).order_by(Notice.id)
    return db.session.scalars(rows.execution_options(populate_existing=True)).all()


def head_of(page):
    return re.search(r'<a class="inbox.*?</a>', page, re.DOTALL)[0]


def test_the_inbox_says_what_happened_where_and_when(sign_in, asker, question):
    AnswerFactory(question=question, author=ExpertFactory(name="Ingrid Solheim"))
    deliver()

    page = sign_in(asker).get("/inbox").text

    assert "Ingrid Solheim answered your question" in page
    assert question.title in page
    assert "New</p>" in page
    assert 'Inbox</span> <span class="count">1</span>' in head_of(page)


def test_an_empty_inbox_says_what_will_be_there(sign_in, asker):
    page = sign_in(asker).get("/inbox").text

    assert "Nothing here yet" in page
    assert "Mark all as read" not in page
    assert "count" not in head_of(page)


def test_opening_a_notice_leads_to_the_post_and_marks_it_read(sign_in, asker, question):
    answer = AnswerFactory(question=question)
    comment = CommentFactory(post=question)
    deliver()
    browser = sign_in(asker)
    first, second = notices_of(asker)

    opened = browser.get(f"/inbox/{first.id}")
    assert (opened.status_code, opened.location) == (303, f"{address_of(question)}#answer-{answer.id}")
    assert browser.get(f"/inbox/{second.id}").location == f"{address_of(question)}#comment-{comment.id}"

    read_at = [notice.read_at for notice in notices_of(asker)]
    assert all(read_at)
    browser.get(f"/inbox/{first.id}")
    assert [notice.read_at for notice in notices_of(asker)] == read_at
    assert "count" not in head_of(browser.get("/").text)


def test_a_comment_below_very_many_is_met_on_the_page_of_comments(sign_in, asker, question):
    with write():
        for _ in range(31):
            comment = CommentFactory(post=question, author=asker)
        comment = CommentFactory(post=question)
    deliver()

    opened = sign_in(asker).get(f"/inbox/{notices_of(asker)[-1].id}")

    assert opened.location == f"/posts/{question.id}/comments?comment={comment.id}#comment-{comment.id}"


def test_the_notices_of_others_are_not_there(sign_in, asker, question):
    AnswerFactory(question=question)
    deliver()
    number = notices_of(asker)[0].id

    assert sign_in(PersonFactory()).get(f"/inbox/{number}").status_code == 404
    assert notices_of(asker)[0].read_at is None


def test_a_notice_about_what_one_may_no_longer_read_is_not_there(sign_in):
    owner = PersonFactory(account=AccountFactory())
    question, stranger = QuestionFactory(author=owner), PersonFactory()
    CommentFactory(post=question, author=stranger)
    AnswerFactory(question=question)
    deliver()
    browser = sign_in(stranger)
    assert "count" in head_of(browser.get("/").text)
    with write():
        questions.change_visibility(question, Visibility.COMPANY, by=owner)

    page = browser.get("/inbox").text

    assert question.title not in page
    assert "count" not in head_of(page)
    assert browser.get(f"/inbox/{notices_of(stranger)[0].id}").status_code == 404


def test_marking_all_as_read_leaves_what_came_after_the_page_was_opened(sign_in, asker, question):
    AnswerFactory(question=question)
    deliver()
    browser = sign_in(asker)
    up_to = re.search(r'name="up_to" value="(\d+)"', browser.get("/inbox").text)[1]
    AnswerFactory(question=question)
    deliver()

    answer = browser.post("/inbox/read", data={"up_to": up_to})

    assert (answer.status_code, answer.location) == (303, "/inbox")
    assert [notice.is_read for notice in notices_of(asker)] == [True, False]


@pytest.mark.parametrize("up_to", ["", "x", "-1", str(2**63)])
def test_a_form_that_the_inbox_did_not_send_marks_nothing(sign_in, asker, question, up_to):
    AnswerFactory(question=question)
    deliver()

    assert sign_in(asker).post("/inbox/read", data={"up_to": up_to}).status_code == 400
    assert not notices_of(asker)[0].is_read


@pytest.mark.both_databases
def test_long_inboxes_page_by_key(sign_in, asker, question):
    with write():
        for number in range(45):
            told = Notice(person_id=asker.id, kind="mentioned", cause=f"answer:{number}", words=f"words-{number:02}")
            told.question_id = told.post_id = question.id
            db.session.add(told)
    browser = sign_in(asker)

    seen, address = [], "/inbox"
    while address:
        page = browser.get(address).text
        seen += re.findall(r"words-\d\d", page)
        onwards = re.search(r'href="([^"]+)" rel="next"', page)
        address = onwards[1].replace("&amp;", "&") if onwards else None

    assert seen == [f"words-{number:02}" for number in reversed(range(45))]
    assert browser.get("/inbox?after=nonsense").status_code == 400


def test_the_count_stops_where_nobody_counts_any_more(sign_in, asker, question):
    with write():
        rows = [
            {"person_id": asker.id, "kind": "mentioned", "cause": f"answer:{number}", "words": ""}
            | {"question_id": question.id, "post_id": question.id, "made_at": clock.now()}
            for number in range(130)
        ]
        db.session.execute(db.insert(Notice), rows)

    assert '<span class="count">99+</span>' in head_of(sign_in(asker).get("/").text)


def test_guests_have_no_inbox_and_pages_ask_nothing_for_them(client, queries, question):
    client.get("/questions")
    with queries() as seen:
        page = client.get("/questions")

    assert "inbox" not in page.text
    assert not [statement for statement in seen if "notices" in statement]
    assert "public" in page.headers["Cache-Control"]
    assert client.get("/inbox").status_code in {302, 303, 401}


@pytest.mark.both_databases
def test_the_head_asks_one_question_and_it_has_an_index(sign_in, asker, queries):
    browser = sign_in(asker)
    browser.get("/questions")
    with queries() as seen:
        browser.get("/questions")

    assert len([statement for statement in seen if "notices" in statement]) == 1
    if db.engine.dialect.name == "sqlite":
        counted = next(statement for statement in seen if "notices" in statement)
        plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {counted}", _values(counted)).all()
        assert "ix_notices_person_id_read_at_id" in str(plan)


def _values(statement):
    return tuple(1 for _ in range(statement.count("?")))


def test_the_number_of_queries_does_not_grow_with_the_inbox(sign_in, asker, queries):
    browser = sign_in(asker)

    def fill():
        mine = QuestionFactory(author=asker, tags=("replication", "boot"))
        answer = AnswerFactory(question=mine)
        CommentFactory(post=mine, body=f"@{asker.handle} which version?")
        CommentFactory(post=answer)
        deliver()

    def counted():
        with queries() as seen:
            assert browser.get("/inbox").status_code == 200
        return len(seen)

    fill()
    few = counted()
    for _ in range(4):
        fill()

    assert counted() == few
    assert few <= 8


def test_following_is_a_button_on_the_question(sign_in, client, question):
    reader = PersonFactory()
    browser = sign_in(reader)
    address = address_of(question)
    assert "/follow" not in client.get(address).text
    assert is_pressed(browser.get(address).text) == "false"

    assert browser.post(f"/questions/{question.id}/follow").location == address
    assert is_pressed(browser.get(address).text) == "true"
    assert "Following" in browser.get(address).text

    browser.post(f"/questions/{question.id}/follow/remove")
    assert is_pressed(browser.get(address).text) == "false"
    assert db.session.get(Follow, (reader.id, question.id)).ended_at is not None


def is_pressed(page):
    form = re.search(r'<form method="post" action="/questions/\d+/follow.*?</form>', page, re.DOTALL)[0]
    return re.search(r'aria-pressed="(\w+)"', form)[1]


def test_nobody_follows_what_they_may_not_read(sign_in):
    question = QuestionFactory(author=PersonFactory(account=AccountFactory()), visibility=Visibility.COMPANY)
    stranger = sign_in(PersonFactory())

    assert stranger.post(f"/questions/{question.id}/follow").status_code == 404
    assert stranger.post(f"/questions/{question.id}/follow/remove").status_code == 404


def test_what_was_said_with_it_stays_text(sign_in, asker, question):
    with write():
        told = Notice(person_id=asker.id, kind="mentioned", cause="answer:1", words="<script>alert(1)</script>")
        told.question_id = told.post_id = question.id
        told.made_at = clock.now() - timedelta(days=3)
        db.session.add(told)

    page = sign_in(asker).get("/inbox").text

    assert "&lt;script&gt;alert(1)" in page
    assert "A former member mentioned you" in page
