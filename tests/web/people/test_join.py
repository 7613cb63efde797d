"""Joining: the form, the mail, the confirmed address and the company that comes with it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.queries import account_of
from app.jobs.worker import run_once
from app.kernel import clock
from app.kernel.db import db
from app.people import queries
from app.people.models import Person
from tests.support.factories import AccountFactory, ExpertFactory, PersonFactory

pytestmark = pytest.mark.one_database

PASSWORD = "four words that nobody guesses"
ADDRESS = "marta@fernhill.example"


def join(client, **changes):
    fields = {"name": "Marta Kowalska", "handle": "martak", "email": ADDRESS, "password": PASSWORD, **changes}
    return client.post("/sign-up", data=fields)


def letter_link(mailbox, path="/confirm/", address=ADDRESS):
    run_once()
    return mailbox.link(address, path)


@pytest.fixture
def fernhill():
    return AccountFactory(name="Fernhill Hospitals", domains=["fernhill.example"])


def test_a_customer_joins_confirms_and_belongs_to_her_company(client, mailbox, fernhill):
    assert client.get("/sign-up").status_code == 200
    assert join(client).location == "/sign-up/sent"
    link = letter_link(mailbox)

    assert "Confirm and sign in" in client.get(link).text
    assert client.post(link).location == "/"

    marta = db.session.scalars(queries.with_handle("martak")).one()
    assert account_of(marta).name == "Fernhill Hospitals"
    assert "Welcome, Marta." in client.get("/settings/profile").text


@pytest.mark.parametrize(("name", "greeting"), [("parcel.example Marta", "Hello,"), ("St. Marta", "Hello St.,")])
def test_a_letter_to_whoever_it_may_be_holds_no_link_that_somebody_typed(client, mailbox, name, greeting):
    join(client, name=name)
    run_once()
    (mail,) = mailbox.to(ADDRESS)
    parts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]

    assert len(parts) == 2
    for part in parts:
        assert greeting in part
        assert "parcel.example" not in part


def test_opening_the_link_changes_nothing_by_itself(client, mailbox, fernhill):
    join(client)
    client.get(letter_link(mailbox))

    assert db.session.scalars(queries.with_handle("martak")).one().confirmed_at is None


def test_a_link_works_once(client, mailbox):
    join(client)
    link = letter_link(mailbox)
    client.post(link)

    assert client.post(link).status_code == 404
    assert client.get(link).status_code == 404


def test_a_link_works_for_thirty_minutes(client, mailbox, travel_to):
    start = clock.now()
    travel_to(start)
    join(client)
    link = letter_link(mailbox)

    travel_to(start + timedelta(minutes=31))
    response = client.post(link)
    assert response.status_code == 404
    assert "30 minutes" in response.text


def test_in_another_browser_the_password_is_asked_for(app, client, mailbox):
    """Else whoever registers somebody else's address only has to wait until its owner opens the link."""
    join(client)
    link = letter_link(mailbox)
    owner = app.test_client()

    assert 'type="password"' in owner.get(link).text
    assert owner.post(link, data={"password": "not the one that was chosen"}).status_code == 422
    assert db.session.scalars(queries.with_handle("martak")).one().confirmed_at is None
    assert owner.post(link, data={"password": PASSWORD}).status_code == 303
    assert db.session.scalars(queries.with_handle("martak")).one().confirmed_at is not None


def test_an_address_in_use_gets_the_same_answer_and_its_owner_a_mail(app, client, mailbox):
    PersonFactory(address=ADDRESS, password=PASSWORD)
    stranger = app.test_client()

    fresh = join(stranger, email="someone@else.example", handle="someone")
    taken = join(client)
    run_once()

    assert (taken.status_code, taken.location) == (fresh.status_code, fresh.location)
    assert {name for name, _ in taken.headers} == {name for name, _ in fresh.headers}
    (letter,) = mailbox.to(ADDRESS)
    assert letter["Subject"] == "You are registered at Northwind TechCenter already"
    assert "/reset/" in letter.get_body(("plain",)).get_content()


@pytest.mark.both_databases
def test_no_page_tells_whether_an_address_was_in_use(app, client, mailbox):
    PersonFactory(address=ADDRESS, password=PASSWORD)
    stranger = app.test_client()
    join(stranger, email="someone@else.example", handle="someone")
    join(client)

    assert client.get("/@someone").status_code == client.get("/@martak").status_code == 404

    stranger.post(letter_link(mailbox, address="someone@else.example"))
    assert client.get("/@someone").status_code == 200


@pytest.mark.both_databases
def test_the_limit_of_letters_does_not_tell_either(app_with):
    PersonFactory(address=ADDRESS, password=PASSWORD)
    site = app_with(rate_limits=True)
    answers = {ADDRESS: [], "someone@else.example": []}
    for number, address in enumerate(answers):
        browser = site.test_client()
        for letter in "ab":
            join(browser, email=address, handle=f"handle-{letter}{number}")
        answers[address] = [browser.post("/reset", data={"email": address}).status_code for _ in range(2)]

    assert answers[ADDRESS] == answers["someone@else.example"] == [303, 429]


def test_an_unconfirmed_address_gives_no_company(client, mailbox, fernhill):
    join(client)
    run_once()

    marta = db.session.scalars(queries.with_handle("martak")).one()
    assert account_of(marta) is None
    assert marta.email_domain is None


@pytest.mark.parametrize(
    "handle",
    [
        *("maria-lopez", "Maria_Lopez", "mаria_lopez", "maria__lopez", "rnaria_lopez", "maria_l0pez"),
        # The sign of the unit Kelvin, and the company with signs that look like its letters.
        *("\N{KELVIN SIGN}ate", "n0rthwind", "Northw1nd", "northw1nd-supp0rt"),
    ],
)
def test_handles_that_look_like_an_experts_are_refused(client, handle):
    ExpertFactory(handle="maria_lopez", name="Maria Lopez")

    response = join(client, handle=handle)

    assert response.status_code == 422
    assert db.session.scalar(select(Person).where(Person.name == "Marta Kowalska")) is None


@pytest.mark.parametrize(
    "name",
    [
        "Maria Lopez (Employee)",
        "Official Support",
        "Maria ✓ Lopez",
        "Bob\r\nBcc: x@y.example",
        "Маria Lopez",
        "\u202eMaria",
    ],
)
def test_names_that_claim_or_deceive_are_refused(client, name):
    assert join(client, name=name).status_code in {422, 303}
    person = db.session.scalar(select(Person))
    assert person is None or person.name == "Bob Bcc: x@y.example"


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("short", "10 characters or more"),
        ("x" * 257, "256 characters or fewer"),
        ("Password1234!", "on the lists"),
        ("qwertyuiop", "on the lists"),
        ("abcabcabcabc", "on the lists"),
        ("1234567890123", "on the lists"),
    ],
)
def test_weak_passwords_are_refused_with_a_sentence(client, password, sentence):
    response = join(client, password=password)

    assert response.status_code == 422
    assert sentence in response.text
    assert 'value="martak"' in response.text


@pytest.mark.parametrize(
    "address", ["x@evilfernhill.example", "x@fernhill.example.evil.example", "x@fernhill.example.co"]
)
def test_only_the_very_domain_counts(client, mailbox, fernhill, address):
    join(client, email=address)
    client.post(letter_link(mailbox, address=address))

    person = db.session.scalars(queries.with_handle("martak")).one()
    assert person.confirmed_at is not None
    assert account_of(person) is None


def test_a_look_alike_domain_is_not_the_domain(client, mailbox, fernhill):
    """The e in it is Cyrillic."""
    response = join(client, email="x@fеrnhill.example")
    run_once()

    person = db.session.scalar(select(Person))
    assert response.status_code == 422 or (person is not None and account_of(person) is None)


def test_more_than_is_asked_for_is_not_looked_at(client):
    join(client, role="admin", is_employee="1", confirmed_at="2001-01-01", account_id="2", active="")

    person = db.session.scalars(queries.with_handle("martak")).one()
    assert person.role_names == frozenset()
    assert person.confirmed_at is None
    assert person.active


def test_registering_again_before_confirming_sends_the_link_again(app, client, mailbox):
    join(client)
    join(app.test_client(), handle="marta-again")
    run_once()

    assert [letter["Subject"] for letter in mailbox.to(ADDRESS)] == [
        "Confirm your address for Northwind TechCenter"
    ] * 2
    assert len(db.session.scalars(select(Person)).all()) == 1
