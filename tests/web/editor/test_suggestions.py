"""Who may be meant after an "@", and which topic after a "#"."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel import clock
from app.kernel.db import db, write
from app.people.handles import skeleton
from app.topics.models import Tag, TagSynonym
from tests.support.factories import AnswerFactory, CommentFactory, ExpertFactory, PersonFactory, QuestionFactory

pytestmark = pytest.mark.one_database

VALUES = re.compile(r'data-value="([^"]*)"')
HANDLE_LETTERS = "abmnrvw0151il_-"


@pytest.fixture
def ask(sign_in):
    """`ask("/editor/people?q=ma")` is what an uninvolved member is offered."""
    browser = sign_in(PersonFactory(handle="onlooker"))

    def offered(address):
        answer = browser.get(address)
        assert answer.status_code == 200
        return VALUES.findall(answer.text)

    return offered


def tagged(name, count):
    with write():
        tag = Tag(name=name, question_count=count)
        db.session.add(tag)
    return tag


def test_people_are_found_by_how_their_handle_begins(ask):
    for handle in ("marta", "Marvin", "mar-tin", "jonas"):
        PersonFactory(handle=handle)

    assert ask("/editor/people?q=mar") == ["marta", "mar-tin", "Marvin"]
    assert ask("/editor/people?q=MART") == ["marta"]
    assert ask("/editor/people?q=mar-") == ["mar-tin"]
    assert ask("/editor/people?q=x%25") == []


def test_one_letter_finds_nobody_outside_the_thread(ask):
    PersonFactory(handle="marta")

    assert ask("/editor/people?q=m") == []
    assert ask("/editor/people?q=") == []


def test_at_most_ten_are_named_and_never_an_address(sign_in):
    for number in range(12):
        PersonFactory(handle=f"marta{number:02}", address=f"marta{number}@fernhill.example")

    page = sign_in(PersonFactory()).get("/editor/people?q=marta").text

    assert len(VALUES.findall(page)) == 10
    assert "fernhill" not in page


def test_whoever_takes_part_comes_first_and_needs_no_letters(ask):
    question = QuestionFactory(author=PersonFactory(handle="zoe"))
    AnswerFactory(question=question, author=ExpertFactory(handle="zacharias", name="Zacharias Hahn"))
    CommentFactory(post=question, author=PersonFactory(handle="anna"))
    PersonFactory(handle="zo-bystander")

    assert ask(f"/editor/people?q=&question={question.id}") == ["anna", "zacharias", "zoe"]
    assert ask(f"/editor/people?q=z&question={question.id}") == ["zacharias", "zoe"]
    assert ask(f"/editor/people?q=zo&question={question.id}") == ["zoe", "zo-bystander"]


def test_nobody_is_offered_themselves(sign_in):
    marta = PersonFactory(handle="marta")
    question = QuestionFactory(author=marta)

    assert VALUES.findall(sign_in(marta).get(f"/editor/people?q=ma&question={question.id}").text) == []


@pytest.mark.both_databases
def test_who_wrote_only_what_was_deleted_is_not_named(ask):
    question = QuestionFactory(author=PersonFactory(handle="zoe"))
    answer = AnswerFactory(question=question, author=PersonFactory(handle="anna"))
    comment = CommentFactory(post=question, author=PersonFactory(handle="berta"))
    with write():
        db.session.merge(answer).deleted_at = clock.now()
        db.session.merge(comment).deleted_at = clock.now()

    assert ask(f"/editor/people?q=&question={question.id}") == ["zoe"]


def test_a_thread_that_one_may_not_see_names_nobody(sign_in):
    question = QuestionFactory(author=PersonFactory(handle="zoe"))
    with write():
        db.session.merge(question).deleted_at = clock.now()

    browser = sign_in(PersonFactory())

    assert browser.get(f"/editor/people?q=&question={question.id}").status_code == 404
    assert browser.get("/editor/people?q=&question=9999").status_code == 404


@pytest.mark.both_databases
def test_a_confidential_thread_names_nobody_to_another_company(sign_in):
    question = QuestionFactory(author=PersonFactory(handle="zoe"))
    with write():
        db.session.merge(question).visibility = "employees"

    assert sign_in(PersonFactory()).get(f"/editor/people?q=&question={question.id}").status_code == 404


@pytest.mark.both_databases
def test_who_left_or_never_confirmed_is_not_named(ask):
    left, unconfirmed = PersonFactory(handle="martin"), PersonFactory(handle="marta")
    with write():
        db.session.merge(left).active = False
        db.session.merge(unconfirmed).confirmed_at = None

    assert ask("/editor/people?q=mar") == []


def test_a_guest_is_told_nothing(client):
    assert client.get("/editor/people?q=mar").location.startswith("/sign-in")
    assert client.get("/editor/tags?q=rep").location.startswith("/sign-in")


def test_topics_come_by_how_often_they_are_asked_about(ask):
    for name, count in (("replication", 4), ("reporting", 9), ("firmware", 50), ("reserved", 0)):
        tagged(name, count)

    assert ask("/editor/tags?q=re") == ["reporting", "replication"]
    assert ask("/editor/tags?q=") == []


def test_a_synonym_leads_to_the_topic(sign_in):
    tag = tagged("replication", 4)
    with write():
        db.session.add(TagSynonym(name="mirroring", tag_id=tag.id))

    page = sign_in(PersonFactory()).get("/editor/tags?q=mirr").text

    assert VALUES.findall(page) == ["replication"]
    assert "also called mirroring, 4 questions" in page


def test_suggestions_are_limited(app_with):
    site = app_with(rate_limits=True)
    browser = site.test_client()
    person = PersonFactory()
    browser.sign_in(person.get_id(), [])

    statuses = {browser.get("/editor/tags?q=re").status_code for _ in range(30)}
    refused = browser.get("/editor/people?q=ma")

    assert statuses == {200}
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 60


@pytest.mark.pure
@given(st.text(HANDLE_LETTERS, max_size=8), st.text(HANDLE_LETTERS, max_size=8))
def test_the_index_of_skeletons_finds_every_handle_that_begins_so(begun, rest):
    assert skeleton(begun + rest).startswith(skeleton(begun).rstrip("rv"))
