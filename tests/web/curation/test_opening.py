"""Making a confidential thread public, and a public one confidential: what the pages show and to whom."""

from __future__ import annotations

import pytest

from app.curation.openings import propose_opening
from app.questions.models import Visibility
from tests.curation.deeds import done
from tests.support.factories import (
    AccountFactory,
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


@pytest.fixture
def exchange():
    """A confidential question with its asker and the expert who answered."""
    asker = PersonFactory(name="Marta Kowalska", account=AccountFactory(name="Fernhill Hospitals"))
    expert = ExpertFactory(name="Ingrid Solheim")
    question = QuestionFactory(author=asker, visibility=Visibility.COMPANY)
    answer = AnswerFactory(question=question, author=expert, body="Serial number: CZ24250XYZ7 says so.")
    CommentFactory(post=answer, author=asker, body="It is the one in room 2.")
    return question, asker, expert


def test_everybody_sees_what_would_be_public_and_agrees(sign_in, client, exchange):
    question, asker, expert = exchange
    hers, his = sign_in(asker), sign_in(expert)
    address = f"/questions/{question.id}/opening"
    page = hers.get(address).text
    assert "Propose to make it public" in page
    assert "Line 1 looks like a serial number" in page
    assert "Fernhill" not in page
    assert hers.post(address, data={"withhold": "y"}).location == address
    assert "would like everybody to be able to read it" in his.get(page_of(question)).text
    page = his.get(address).text
    assert "has not agreed yet" in page
    assert client.get(page_of(question)).status_code == 404
    response = his.post(f"{address}/consent")

    assert response.location == page_of(question)
    public = client.get(page_of(question)).text
    assert "room 2" in public
    assert "Fernhill" not in public
    assert "everybody who wrote here agreed" in public
    assert his.get(address).status_code == 422


@pytest.mark.both_databases
def test_whoever_asked_chooses_whether_the_company_is_named(sign_in, client, exchange):
    question, asker, expert = exchange
    address = f"/questions/{question.id}/opening"
    hers = sign_in(asker)
    hers.post(address, data={"withhold": "y"})
    assert "Fernhill" not in hers.get(address).text
    assert hers.post(f"{address}/consent", data={}).location == address
    assert "Fernhill Hospitals" in hers.get(address).text
    hers.post(f"{address}/consent", data={"withhold": "y"})
    assert "Fernhill" not in sign_in(expert).get(address).text


def test_a_word_is_taken_back(sign_in, exchange):
    question, asker, _ = exchange
    address = f"/questions/{question.id}/opening"
    hers = sign_in(asker)
    hers.post(address)
    assert "Take my word back" in hers.get(address).text
    assert hers.post(f"{address}/consent/remove").location == address
    assert "I agree to what I wrote here being public" in hers.get(address).text


def test_whoever_asked_says_no(sign_in, exchange):
    question, asker, expert = exchange
    done(propose_opening, question, by=expert)
    address = f"/questions/{question.id}/opening"
    assert sign_in(asker).post(f"{address}/remove").status_code == 303
    page = sign_in(expert).get(address).text

    assert "Propose to make it public" not in page
    assert sign_in(expert).post(address).status_code == 403


def test_others_do_not_meet_it(sign_in, client, exchange):
    question, asker, _ = exchange
    done(propose_opening, question, by=asker)
    address = f"/questions/{question.id}/opening"
    stranger = PersonFactory(account=AccountFactory())
    # To whoever is in sales alone no form of the members' side is open, but for taking back what is theirs.
    for reader, refused in ((stranger, 404), (SalesFactory(), 403)):
        browser = sign_in(reader)
        assert browser.get(address).status_code == 404
        for deed in ("", "/consent"):
            assert browser.post(f"{address}{deed}").status_code == refused
        for deed in ("/consent/remove", "/remove"):
            assert browser.post(f"{address}{deed}").status_code == 404
    looking = sign_in(StewardFactory())
    assert "not yours to decide" in looking.get(address).text
    assert looking.post(f"{address}/consent").status_code == 403


def test_a_confidential_question_says_who_reads_it(sign_in, exchange):
    question, asker, _ = exchange
    page = sign_in(asker).get(page_of(question)).text

    assert "Only the company of Marta, our experts and stewards read this." in page
    assert "Everyone can read" not in page
    assert f"/questions/{question.id}/opening" in page


def test_a_public_question_becomes_confidential_with_an_honest_warning(sign_in, client):
    asker = PersonFactory(account=AccountFactory())
    question = QuestionFactory(author=asker)
    browser = sign_in(asker)
    address = f"/questions/{question.id}/audience"
    assert "Search engines and archives may have copies" in browser.get(address).text
    assert browser.post(address, data={"reason": ""}).status_code == 422
    assert browser.post(address, data={"reason": "The log names our hosts."}).status_code == 303

    assert client.get(page_of(question)).status_code == 404
    assert "The log names our hosts." in browser.get(page_of(question)).text


@pytest.mark.both_databases
def test_whoever_is_alone_opens_it_at_once(sign_in, client):
    asker = PersonFactory(account=AccountFactory(name="Fernhill Hospitals"))
    question = QuestionFactory(author=asker, visibility=Visibility.COMPANY)
    browser = sign_in(asker)
    assert "Make it public now" in browser.get(f"/questions/{question.id}/opening").text
    browser.post(f"/questions/{question.id}/opening", data={"withhold": "y"})

    page = client.get(page_of(question)).text
    assert question.title in page
    assert "Fernhill" not in page
