"""Asking our own people to look at a question that waits: never its asker, not too often, and written down."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.affinity.models import LookRequest
from app.desk.actions import assign_expert
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.notifications.models import Notice
from app.people.models import AuditEntry, Person
from app.questions.models import Question
from tests.support.client import signed_in
from tests.support.factories import (
    AccountFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    SalesFactory,
    StewardFactory,
)
from tests.support.served import NOW

pytestmark = pytest.mark.one_database


@pytest.fixture
def account():
    return AccountFactory(name="Fernhill Hospitals")


@pytest.fixture
def seller(account):
    return SalesFactory(name="Robin Castel", looks_after=(account,))


@pytest.fixture
def question(account) -> Question:
    asker = PersonFactory(name="Hidden Asker", account=account)
    return QuestionFactory(author=asker, title="Which cable goes where in the rack?", at=NOW - timedelta(hours=41))


def look_at(browser, account, question):
    return browser.post(f"/sales/accounts/{account.id}/look/{question.id}")


def told() -> list[tuple[int, str]]:
    deliver_pending()
    rows = select(Notice.person_id, Notice.kind).where(Notice.kind == "asked_to_look")
    return [tuple(row) for row in db.session.execute(rows.order_by(Notice.person_id))]


def assigned(question, steward) -> Person:
    diego = ExpertFactory(name="Diego Sanz", handle="backupbear")
    with write():
        assign_expert(db.session.merge(question), db.session.merge(diego), by=db.session.merge(steward))
    return diego


def test_the_expert_who_has_the_question_is_asked(sign_in, account, seller, question):
    diego = assigned(question, StewardFactory())
    browser = sign_in(seller)
    assert "Ask Diego to look" in browser.get(f"/sales/accounts/{account.id}").text

    response = look_at(browser, account, question)

    assert (response.status_code, response.location) == (303, f"/sales/accounts/{account.id}#waiting")
    assert told() == [(diego.id, "asked_to_look")]
    page = browser.get(f"/sales/accounts/{account.id}").text
    assert "Diego has been asked to look. Whoever wrote the question is told nothing." in page
    assert "Ask Diego to look" not in page
    assert "Robin Castel in sales asks you to see that somebody answers" in sign_in(diego).get("/inbox").text


def test_where_nobody_has_it_the_stewards_are_asked(sign_in, account, seller, question):
    maeve, kofi = StewardFactory(), StewardFactory()
    browser = sign_in(seller)
    assert "Ask a steward to assign" in browser.get(f"/sales/accounts/{account.id}").text

    look_at(browser, account, question)

    assert told() == [(maeve.id, "asked_to_look"), (kofi.id, "asked_to_look")]
    assert "The stewards have been asked to look." in browser.get(f"/sales/accounts/{account.id}").text


def test_an_expert_who_is_away_is_left_alone(sign_in, account, seller, question):
    steward = StewardFactory()
    diego = assigned(question, steward)
    with write():
        db.session.merge(diego).away_until = NOW + timedelta(days=9)

    look_at(sign_in(seller), account, question)

    assert told() == [(steward.id, "asked_to_look")]


def test_nobody_is_asked_again_within_two_days(sign_in, account, seller, question, travel_to):
    StewardFactory()
    browser = sign_in(seller)
    look_at(browser, account, question)
    assert len(told()) == 1

    again = look_at(browser, account, question)
    assert again.status_code == 422
    assert "within the last two days" in again.text

    travel_to(NOW + timedelta(days=2, minutes=1))
    assert look_at(sign_in(seller), account, question).status_code == 303
    assert len(told()) == 2
    assert len(db.session.scalars(select(LookRequest.question_id)).all()) == 1


def test_it_is_written_down(sign_in, account, seller, question):
    diego = assigned(question, StewardFactory())

    look_at(sign_in(seller), account, question)

    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.deed == "report.asked_expert")).one()
    assert (entry.actor_id, entry.about_id) == (seller.id, diego.id)
    assert '"name": "Fernhill Hospitals"' in entry.details


def test_only_what_waits_and_names_the_account_can_be_asked_for(sign_in, account, seller):
    other = QuestionFactory(author=PersonFactory(account=AccountFactory(name="Osprey Rail")))
    browser = sign_in(seller)

    assert look_at(browser, account, other).status_code == 404
    assert db.session.scalars(select(LookRequest.question_id)).all() == []


def test_it_cannot_be_done_all_the_time(app_with, account, seller):
    asker = PersonFactory(account=account)
    questions = [QuestionFactory(author=asker) for _ in range(6)]
    browser = signed_in(app_with(rate_limits=True), seller)

    answers = [look_at(browser, account, question).status_code for question in questions]

    assert answers == [303] * 5 + [429]
