"""Passkeys through the pages: each question is asked for one thing, and answered once."""

import base64

import pytest
from sqlalchemy import select

from app.kernel import clock
from app.kernel.db import db, write
from app.people import passkeys
from app.people.models import Passkey, Person, SignIn
from app.people.passkeys import Party
from app.web.people.factor_checks import SECONDS_TO_ANSWER
from app.web.people.half_way import LASTS
from tests.support.authenticator import PRESENT, Device
from tests.support.client import signed_in
from tests.support.factories import PersonFactory
from tests.support.totp import codes_on

HERE = "http://localhost:8000"
PARTY = Party(host="localhost", origin=HERE, name="Northwind TechCenter")
PASSWORD = "four words that nobody guesses"
ADDRESS = "marta@fernhill.example"

pytestmark = pytest.mark.one_database


@pytest.fixture
def marta():
    return PersonFactory(address=ADDRESS, password=PASSWORD)


@pytest.fixture
def device(app, marta):
    """A device whose passkey Marta has added in her settings."""
    browser = signed_in(app, marta)
    question = ask(browser, "adding")
    made = Device(handle=unlettered(question["user"]["id"]))
    answer = made.make(unlettered(question["challenge"]), PARTY).text
    page = send(browser, "/settings/second-factor/passkeys", answer, name="Telephone")
    assert len(codes_on(page.text)) == 10
    return made


def unlettered(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()


def ask(browser, purpose):
    response = browser.post("/passkeys/question", data={"purpose": purpose}, base_url=HERE)
    assert response.status_code == 200, response.text
    return response.json


def send(browser, path, text, **fields):
    return browser.post(path, data={"credential": text, **fields}, base_url=HERE)


def show(browser, device, purpose, **options):
    return device.show(unlettered(ask(browser, purpose)["challenge"]), PARTY, **options).text


def give_password(browser):
    return browser.post("/sign-in", data={"email": ADDRESS, "password": PASSWORD}, base_url=HERE)


def is_signed_in(browser):
    return browser.get("/settings/profile", base_url=HERE).status_code == 200


def test_a_passkey_signs_in_alone_and_the_log_says_so(client, device):
    text = show(client, device, "sign-in")

    assert send(client, "/sign-in/passkey", text, next="/drafts").location == "/drafts"
    assert is_signed_in(client)
    assert [one.way for one in db.session.scalars(select(SignIn))] == ["passkey"]


def test_signing_in_alone_asks_for_a_device_that_checks_its_owner(client, device):
    assert ask(client, "sign-in")["userVerification"] == "required"

    text = show(client, device, "sign-in", flags=PRESENT)

    assert send(client, "/sign-in/passkey", text).status_code == 422
    assert not is_signed_in(client)


def test_a_guest_is_not_told_which_passkeys_there_are(client, device):
    assert ask(client, "sign-in").get("allowCredentials", []) == []


def test_a_passkey_is_the_second_step(client, device):
    assert give_password(client).location == "/sign-in/second"
    text = show(client, device, "second-step", flags=PRESENT)

    assert send(client, "/sign-in/second/passkey", text).location == "/"
    assert is_signed_in(client)


def test_an_answer_is_taken_once(client, device):
    device.count = -1
    text = show(client, device, "sign-in")
    send(client, "/sign-in/passkey", text)
    client.post("/sign-out", base_url=HERE)

    response = send(client, "/sign-in/passkey", text)

    assert response.status_code == 422
    assert "sent twice" in response.text


def test_an_answer_is_taken_from_the_browser_that_was_asked(app, client, device):
    text = show(client, device, "sign-in")

    assert send(app.test_client(), "/sign-in/passkey", text).status_code == 422


def test_a_question_for_one_thing_is_not_answered_for_another(app, client, device, marta):
    text = show(client, device, "sign-in")
    give_password(client)
    assert send(client, "/sign-in/second/passkey", text).status_code == 422

    browser = signed_in(app, marta)
    text = show(browser, device, "sign-in")
    assert send(browser, "/sign-in/again/passkey", text).status_code == 422


def test_a_question_is_answered_soon_or_not_at_all(client, device, travel_to):
    start = clock.now()
    travel_to(start)
    text = show(client, device, "sign-in")
    travel_to(start.replace(microsecond=0) + LASTS)
    assert LASTS.total_seconds() > SECONDS_TO_ANSWER

    assert send(client, "/sign-in/passkey", text).status_code == 422


@pytest.mark.parametrize("change", [{"active": False}, {"confirmed_at": None}])
def test_who_cannot_sign_in_cannot_do_so_with_a_passkey(client, device, marta, change):
    with write():
        person = db.session.get_one(Person, marta.id)
        for name, value in change.items():
            setattr(person, name, value)

    assert send(client, "/sign-in/passkey", show(client, device, "sign-in")).status_code == 422
    assert not is_signed_in(client)


@pytest.mark.parametrize("purpose", ["second-step", "setting-up", "proof", "adding"])
def test_guests_are_asked_for_nothing_but_to_sign_in(client, purpose):
    assert client.post("/passkeys/question", data={"purpose": purpose}, base_url=HERE).status_code == 401


def test_a_question_says_what_it_is_for(client):
    assert client.post("/passkeys/question", data={"purpose": "everything"}, base_url=HERE).status_code == 400


def test_there_are_no_passkeys_at_a_network_address(client):
    there = "http://127.0.0.1:8000"
    page = client.get("/sign-in", base_url=there).text
    assert HERE in page
    assert "data-passkey" not in page


def test_a_passkey_is_a_proof_and_adding_one_asks_for_it(app, device, marta, travel_to):
    start = clock.now()
    travel_to(start)
    browser = signed_in(app, marta_again(marta))
    travel_to(start + LASTS * 1.1)
    assert browser.post("/passkeys/question", data={"purpose": "adding"}, base_url=HERE).status_code == 401

    text = show(browser, device, "proof")
    assert send(browser, "/sign-in/again/passkey", text, next="/settings/second-factor").status_code == 303

    assert browser.get("/settings/second-factor", base_url=HERE).status_code == 200
    assert ask(browser, "adding")["excludeCredentials"]


def marta_again(marta):
    """Marta as she is stored now: adding the first passkey ended every session under another key."""
    return db.session.get_one(Person, marta.id, populate_existing=True)


def test_a_passkey_of_another_is_not_removed(app, device, marta):
    number = db.session.scalars(select(Passkey.id)).one()
    stranger = signed_in(app, PersonFactory())
    assert stranger.post(f"/settings/second-factor/passkeys/{number}/remove").status_code == 404

    browser = signed_in(app, marta_again(marta))
    assert browser.post(f"/settings/second-factor/passkeys/{number}/remove").status_code == 303
    assert passkeys.own(marta) == []


def test_questions_are_bounded(app_with):
    browser = app_with(rate_limits=True).test_client()

    statuses = {browser.post("/passkeys/question", data={"purpose": "sign-in"}).status_code for _ in range(31)}

    assert 429 in statuses
