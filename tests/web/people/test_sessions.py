"""Where somebody is signed in, and signing out there."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.kernel import clock
from app.kernel.db import db
from app.people import sessions
from app.people.models import StoredSession
from tests.support.client import signed_in
from tests.support.factories import PersonFactory

pytestmark = pytest.mark.one_database

PASSWORD = "four words that nobody guesses"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1"


@pytest.fixture
def marta():
    return PersonFactory(name="Marta Kowalska", address="marta@fernhill.example", password=PASSWORD)


def browser_of(app, agent, address="marta@fernhill.example"):
    browser = app.test_client()
    browser.environ_base.update(HTTP_USER_AGENT=agent, REMOTE_ADDR="192.0.2.77")
    answer = browser.post("/sign-in", data={"email": address, "password": PASSWORD})
    assert answer.status_code == 303
    return browser


def is_signed_in(browser):
    return browser.get("/settings/sessions").status_code == 200


def number_of(browser):
    """The number of the row that the browser's session has."""
    own = browser.get_cookie("sid").value
    return next(one.id for one in db.session.scalars(select(StoredSession)) if sessions.is_of(one, own))


def test_the_page_names_each_browser_and_how_one_came(app, marta):
    desk, phone = browser_of(app, FIREFOX), browser_of(app, SAFARI)
    page = desk.get("/settings/sessions").text

    assert page.count("This one") == 1
    assert page.index("Safari on iPhone") < page.index("The last times")
    assert "with your password" in page
    assert "192.0.2." not in page
    assert f"/settings/sessions/{number_of(phone)}/end" in page
    assert f"/settings/sessions/{number_of(desk)}/end" not in page


def test_ending_one_browser_ends_it_at_its_next_request(app, marta):
    desk, phone = browser_of(app, FIREFOX), browser_of(app, SAFARI)

    assert desk.post(f"/settings/sessions/{number_of(phone)}/end").location == "/settings/sessions"
    assert is_signed_in(desk)
    assert not is_signed_in(phone)


@pytest.mark.both_databases
def test_nobody_ends_what_is_not_theirs(app, marta):
    PersonFactory(address="piet@oakridge.example", password=PASSWORD)
    desk, stranger = browser_of(app, FIREFOX), browser_of(app, SAFARI, "piet@oakridge.example")
    theirs = stranger.post(f"/settings/sessions/{number_of(desk)}/end")
    unknown = stranger.post("/settings/sessions/999999/end")
    far = stranger.post(f"/settings/sessions/{2**63}/end")

    assert (theirs.status_code, unknown.status_code, far.status_code) == (404, 404, 404)
    assert is_signed_in(desk)


def test_everywhere_else_leaves_this_one_alone(app, marta):
    desk, phone, tablet = (browser_of(app, agent) for agent in (FIREFOX, SAFARI, ""))
    stranger = signed_in(app, PersonFactory())
    desk.post("/settings/sessions/end-others")

    assert [is_signed_in(one) for one in (desk, phone, tablet, stranger)] == [True, False, False, True]


def test_everywhere_means_here_as_well(app, marta):
    desk, phone = browser_of(app, FIREFOX), browser_of(app, SAFARI)

    assert desk.post("/settings/sessions/end-all").location == "/"
    assert not is_signed_in(desk)
    assert not is_signed_in(phone)
    assert is_signed_in(browser_of(app, FIREFOX))


def test_ending_browsers_asks_who_it_is(app, marta, travel_to):
    desk, phone = browser_of(app, FIREFOX), browser_of(app, SAFARI)
    travel_to(clock.now() + timedelta(minutes=11))
    answers = [desk.post(f"/settings/sessions/{path}") for path in (f"{number_of(phone)}/end", "end-others", "end-all")]

    assert all(answer.location.startswith("/sign-in/again") for answer in answers)
    assert is_signed_in(phone)


def test_sessions_that_are_over_are_not_listed(app, marta, travel_to):
    browser_of(app, SAFARI)
    travel_to(clock.now() + timedelta(days=15))
    page = browser_of(app, FIREFOX).get("/settings/sessions").text

    assert "Safari on iPhone" not in page[: page.index("The last times")]
