"""A new password for whoever can read the mail."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.jobs.worker import run_once
from app.kernel import clock
from app.kernel.db import db, write
from app.people import queries
from app.people.actions import take_new_address
from app.people.addresses import seal
from app.people.models import Letter
from tests.support.factories import ExpertFactory, PersonFactory

pytestmark = pytest.mark.one_database

OLD = "four words that nobody guesses"
NEW = "five other words nobody ever guesses"
ADDRESS = "marta@fernhill.example"


@pytest.fixture
def marta():
    return PersonFactory(address=ADDRESS, handle="martak", password=OLD)


def reset_link(client, mailbox, address=ADDRESS):
    assert client.post("/reset", data={"email": address}).location == "/reset/sent"
    run_once()
    return mailbox.link(address, "/reset/")


def letters_waiting(person):
    return db.session.scalar(select(func.count()).where(Letter.person_id == person.id))


def can_sign_in(client, password, address=ADDRESS):
    return client.post("/sign-in", data={"email": address, "password": password}).status_code == 303


def test_the_link_leads_to_a_new_password(app, client, mailbox, marta):
    signed_in = app.test_client()
    assert can_sign_in(signed_in, OLD)
    link = reset_link(client, mailbox)

    assert "Choose a new password" in client.get(link).text
    assert client.post(link, data={"new_password": NEW}).location == "/sign-in"
    run_once()

    assert signed_in.get("/settings/profile").status_code in {303, 401}
    assert not can_sign_in(app.test_client(), OLD)
    assert can_sign_in(app.test_client(), NEW)
    assert mailbox.to(ADDRESS)[-1]["Subject"] == "Your password at Northwind TechCenter was changed"


def test_unknown_addresses_get_the_same_answer_and_no_mail(client, mailbox, marta):
    known = client.post("/reset", data={"email": ADDRESS})
    unknown = client.post("/reset", data={"email": "nobody@fernhill.example"})
    run_once()

    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    assert len(mailbox) == 1


def test_nobody_tries_one_address_after_the_other(app_with, mailbox):
    client = app_with(rate_limits=True).test_client()
    marta = PersonFactory(address=ADDRESS, handle="martak", password=OLD)
    asked = [client.post("/reset", data={"email": f"nobody{number}@fernhill.example"}) for number in range(31)]
    known = client.post("/reset", data={"email": ADDRESS})
    elsewhere = client.post("/reset", data={"email": ADDRESS}, environ_base={"REMOTE_ADDR": "203.0.113.9"})

    assert {response.status_code for response in asked[:30]} == {303}
    assert {asked[30].status_code, known.status_code} == {429}
    assert "from where you are" in known.text
    assert int(known.headers["Retry-After"]) > 60
    assert elsewhere.status_code == 303
    assert letters_waiting(marta) == 1


def test_a_link_works_once(client, mailbox, marta):
    link = reset_link(client, mailbox)
    client.post(link, data={"new_password": NEW})

    assert client.get(link).status_code == 404
    assert client.post(link, data={"new_password": OLD}).status_code == 404


def test_a_link_is_over_after_half_an_hour(client, mailbox, marta, travel_to):
    start = clock.now()
    travel_to(start)
    link = reset_link(client, mailbox)

    travel_to(start + timedelta(minutes=29))
    assert client.get(link).status_code == 200
    travel_to(start + timedelta(minutes=31))
    assert client.post(link, data={"new_password": NEW}).status_code == 404


def test_a_link_is_over_when_the_address_has_changed(client, mailbox, marta):
    link = reset_link(client, mailbox)
    with write():
        take_new_address(marta, seal("marta@elsewhere.example"))

    assert client.post(link, data={"new_password": NEW}).status_code == 404


def test_a_forged_link_is_refused(client, mailbox, marta):
    link = reset_link(client, mailbox)

    # The last letter holds bits that mean nothing, so another one is changed.
    assert client.get(f"{link[:-9]}{'A' if link[-9] != 'A' else 'B'}{link[-8:]}").status_code == 404
    assert client.get("/reset/nonsense").status_code == 404
    assert client.get(link.replace("/reset/", "/confirm/")).status_code == 404


def test_links_lead_to_the_site_whatever_host_a_request_named(client, mailbox, marta):
    forged = client.post("/reset", data={"email": ADDRESS}, headers={"Host": "evil.test"})
    also_forged = client.post("/reset", data={"email": ADDRESS}, headers={"X-Forwarded-Host": "evil.test"})
    run_once()

    assert forged.status_code == 400
    assert also_forged.status_code == 303
    assert "evil.test" not in mailbox[0].as_string()
    assert "http://127.0.0.1:8000/reset/" in mailbox[0].get_body(("plain",)).get_content()


def test_whoever_reads_the_mail_has_confirmed_the_address(client, mailbox):
    PersonFactory(address=ADDRESS, handle="martak", password=OLD, confirmed=False)

    client.post(reset_link(client, mailbox), data={"new_password": NEW})

    assert db.session.scalars(queries.with_handle("martak")).one().confirmed_at is not None
    assert can_sign_in(client, NEW)


def test_employees_choose_a_longer_one(client, mailbox):
    ExpertFactory(address="vera@northwind.example", password=OLD)
    link = reset_link(client, mailbox, "vera@northwind.example")

    response = client.post(link, data={"new_password": "twelve chars"})

    assert response.status_code == 422
    assert "15 characters or more" in response.text


def test_a_failed_attempt_leaves_the_link_good(client, mailbox, marta):
    link = reset_link(client, mailbox)

    assert client.post(link, data={"new_password": "short"}).status_code == 422
    assert client.post(link, data={"new_password": NEW}).status_code == 303


def test_imported_authors_cannot_be_taken_over(client, mailbox):
    """They have no address, so there is nobody to send a link to."""
    person = PersonFactory(address=ADDRESS)
    with write():
        person.email = None
    client.post("/reset", data={"email": ADDRESS})
    run_once()

    assert len(mailbox) == 0
