"""Asking sales for something, on the pages of the promise."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.introductions import actions
from app.introductions.actions import Asked
from app.introductions.models import Introduction, Outcome
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.notifications.models import Notice
from app.people.models import Person
from tests.support.factories import AccountFactory, ExpertFactory, PersonFactory, SalesFactory

pytestmark = pytest.mark.one_database

HERE = "/promise/requests"
FORM = {
    "wish": "call",
    "words": "We plan a second site next year.",
    "place": "",
    "contact": "+31 6 5550 1234, mornings",
}


@pytest.fixture
def member() -> Person:
    return PersonFactory.create(account=AccountFactory.create(name="Fernhill Hospitals"))


def the_one() -> Introduction:
    db.session.expire_all()
    return db.session.scalars(select(Introduction)).one()


def test_a_member_asks_and_reads_what_they_asked(sign_in, member):
    browser = sign_in(member)
    assert browser.post(HERE, data=FORM).headers["Location"] == HERE

    page = browser.get(HERE).text
    assert "Call me" in page
    assert "We plan a second site next year." in page
    assert "from Fernhill Hospitals" in page
    assert "Nobody yet" in page
    assert "5550" not in page
    assert "One request of a member waits" in browser.get("/promise").text


def test_a_form_that_is_sent_twice_asks_once(sign_in, member):
    browser = sign_in(member)
    for _ in range(2):
        assert browser.post(HERE, data={**FORM, "idempotency_key": "once"}).status_code == 303

    assert the_one()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"words": ""}, "Say in a sentence what it is about."),
        ({"contact": ""}, "Say how to reach you."),
        ({"wish": "meet"}, "Say where you would like to meet"),
        ({"wish": "sell"}, "Choose what you would like"),
        ({"words": "Hello"}, "so that the right person answers"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(sign_in, member, wrong, sentence):
    response = sign_in(member).post(HERE, data={**FORM, "words": "About our second site.", **wrong})

    assert response.status_code == 422
    assert sentence in response.text
    if "words" not in wrong:
        assert "About our second site." in response.text
    assert db.session.scalars(select(Introduction)).all() == []


def test_a_link_may_say_what_is_meant(sign_in, member):
    page = sign_in(member).get(f"{HERE}?wish=meet&place=Data+Centre+Days").text

    assert 'value="Data Centre Days"' in page
    assert 'checked id="wish-2"' in page or 'id="wish-2" name="wish" type="radio" value="meet" checked' in page


def test_it_is_changed_without_showing_the_contact(sign_in, member):
    browser = sign_in(member)
    browser.post(HERE, data=FORM)
    sealed = the_one().contact
    page = browser.get(f"{HERE}/{the_one().id}").text
    assert "We plan a second site next year." in page
    assert "5550" not in page

    browser.post(f"{HERE}/{the_one().id}", data={**FORM, "contact": "", "words": "We plan two sites next year."})
    assert (the_one().words, the_one().contact) == ("We plan two sites next year.", sealed)
    assert browser.post(f"{HERE}/{the_one().id}", data={**FORM, "words": ""}).status_code == 422


def test_it_is_withdrawn(sign_in, member):
    browser = sign_in(member)
    browser.post(HERE, data=FORM)
    number = the_one().id
    assert browser.post(f"{HERE}/{number}/withdrawal").status_code == 303

    assert (the_one().outcome, the_one().contact) == (Outcome.WITHDRAWN, "")
    assert "You have withdrawn it" in browser.get(HERE).text
    assert browser.get(f"{HERE}/{number}").status_code == 422


def test_what_somebody_asked_is_nobody_elses(sign_in, member):
    sign_in(member).post(HERE, data=FORM)
    number = the_one().id
    # Sales reads it on a page of its own, and changes nothing in it.
    for other in (PersonFactory.create(), SalesFactory.create()):
        browser = sign_in(other)
        assert browser.get(f"{HERE}/{number}").status_code == 404
        # Whoever is in sales meets the door before every form, whatever stands behind it.
        assert browser.post(f"{HERE}/{number}", data=FORM).status_code in {403, 404}
        assert browser.post(f"{HERE}/{number}/withdrawal").status_code == 404
        assert "second site" not in browser.get(HERE).text


def test_who_read_it_and_how_it_ended_is_told(sign_in, member):
    browser, owen = sign_in(member), SalesFactory.create(name="Owen Hart")
    browser.post(HERE, data=FORM)
    with write():
        actions.open_request(the_one(), by=owen)
        actions.end(the_one(), "spoke", "We have spoken, and meet in May.", by=owen)
    deliver_pending()

    page = browser.get(HERE).text
    assert "Owen Hart, " in page
    assert "We have spoken, and meet in May." in page
    notice = db.session.scalars(select(Notice).where(Notice.person_id == member.id)).one()
    assert browser.get("/inbox").text.count("Owen Hart says how your request to sales ended") == 1
    assert browser.get(f"/inbox/{notice.id}").headers["Location"] == f"{HERE}#request-{the_one().id}"


def test_whoever_works_here_is_offered_no_form(sign_in):
    for person in (ExpertFactory.create(), SalesFactory.create()):
        browser = sign_in(person)
        assert "Ask sales</button>" not in browser.get(HERE).text
        assert browser.post(HERE, data=FORM).status_code == 403


def test_a_fourth_is_offered_no_form(sign_in, member):
    with write():
        for _ in range(3):
            actions.ask(Asked(**FORM), by=member)

    page = sign_in(member).get(HERE).text
    assert "as much as one can at a time" in page
    assert "Ask sales</button>" not in page
