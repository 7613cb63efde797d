"""Who may join: everybody, people at certain domains, or who was invited; and what it tells of others."""

import re

import pytest
from sqlalchemy import func, select

from app.jobs.housekeeping import tidy
from app.jobs.worker import run_once
from app.kernel import clock
from app.kernel.db import db, write
from app.people import queries
from app.people.actions import UNCONFIRMED_FOR
from app.people.models import HeldHandle, Person
from app.site import actions as site
from app.site.admission import INVITED_ALONE, NOT_AMONG_THEM
from app.site.choices import ChoiceName
from tests.support.factories import AdminFactory, PersonFactory

pytestmark = pytest.mark.one_database

PASSWORD = "four words that nobody guesses"


def join(client, address="marta@acme.com", handle="martak", path="/sign-up"):
    fields = {"name": "Marta Kowalska", "handle": handle, "email": address, "password": PASSWORD}
    return client.post(path, data=fields)


@pytest.fixture
def choose():
    """`choose(rule, domains)` is what an admin chooses on a page."""
    admin = AdminFactory()

    def choose(rule, domains=""):
        with write():
            site.choose({ChoiceName.SIGN_UP_DOMAINS: domains, ChoiceName.SIGN_UP_RULE: rule}, by=admin)

    return choose


REFUSED = (
    "x@evilacme.com",
    "x@acme.com.evil.net",
    "x@acm\u0435.com",
    "x@xn--acm-7cd.com",
    "x@acme.co",
    "x@mail.acme.com",
    "acme.com@evil.net",
    "x@acme.com.",
)
TAKEN = ("x@acme.com", "Y@ACME.com", "x@b\u00fccher.example", "y@xn--bcher-kva.example")


def test_domains_are_compared_whole(client, choose):
    choose("domains", "acme.com b\u00fccher.example")

    assert [join(client, address).status_code for address in REFUSED] == [422] * len(REFUSED)
    assert db.session.scalar(select(func.count(Person.id)).where(Person.confirmed_at.is_(None))) == 0
    handles = ("petra", "jana", "ottilie", "vasile")
    answers = [join(client, address, handle) for address, handle in zip(TAKEN, handles, strict=True)]
    assert [answer.location for answer in answers] == ["/sign-up/sent"] * len(TAKEN)


@pytest.mark.parametrize(("rule", "sentence"), [("domains", NOT_AMONG_THEM), ("invited", INVITED_ALONE)])
def test_the_refusal_is_the_same_for_those_who_are_here(client, choose, rule, sentence):
    PersonFactory(address="known@elsewhere.example")
    choose(rule, "acme.com")
    known, unknown = (join(client, f"{who}@elsewhere.example") for who in ("known", "unknown"))

    assert known.status_code == unknown.status_code == 422
    assert sentence in known.text
    assert _without_secrets(known.text, "known@") == _without_secrets(unknown.text, "unknown@")
    assert "acme.com" not in known.text


def _without_secrets(page, who):
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page.replace(who, "@"))


@pytest.mark.parametrize("rule", ["domains", "invited"])
def test_the_company_s_own_people_always_may(client, choose, rule):
    choose(rule)

    assert join(client, "marta@northwind.example").location == "/sign-up/sent"
    assert join(client, "piet@evilnorthwind.example", "piet").status_code == 422


def test_the_form_says_who_may_join(client, choose):
    choose("invited")
    assert "by invitation" in client.get("/sign-up").text
    choose("domains", "acme.com")
    page = client.get("/sign-up").text
    assert "work address of a company that we work with" in page
    assert "acme.com" not in page


def test_whoever_registered_before_the_rule_changed_is_asked_again(client, choose, mailbox):
    join(client)
    run_once()
    link = mailbox.link("marta@acme.com", "/confirm/")
    choose("invited")
    answer = client.post(link)

    assert answer.status_code == 422
    assert INVITED_ALONE in answer.text
    assert db.session.scalars(queries.with_handle("martak")).one().confirmed_at is None


def test_a_handle_does_not_tell_whether_an_address_was_known(client):
    """Register twice with one handle: with a known address first, and with an unknown one."""
    PersonFactory(address="known@acme.com")
    answers = []
    for first, handle in (("known@acme.com", "firsttry"), ("unknown@acme.com", "othertry")):
        assert join(client, first, handle).location == "/sign-up/sent"
        again = [
            join(client, f"second-{handle}@acme.com", handle),
            join(client, f"third-{handle}@acme.com", handle.replace("t", "-t", 1)),
            join(client, first, handle),
            client.get(f"/@{handle}"),
        ]
        answers.append([(answer.status_code, "Somebody has that handle" in answer.text) for answer in again])

    assert answers[0] == answers[1]
    assert answers[0][:3] == [(422, True)] * 3


def test_either_handle_is_free_again_at_the_same_time(client, travel_to):
    start = clock.now()
    travel_to(start)
    PersonFactory(address="known@acme.com")
    join(client, "known@acme.com", "firsttry")
    join(client, "unknown@acme.com", "othertry")

    travel_to(start + UNCONFIRMED_FOR * 0.99)
    tidy()
    assert queries.is_handle_taken("first-try")
    assert queries.is_handle_taken("other-try")
    travel_to(start + UNCONFIRMED_FOR * 1.01)
    tidy()
    assert not queries.is_handle_taken("firsttry")
    assert not queries.is_handle_taken("othertry")
    assert db.session.scalar(select(func.count()).select_from(HeldHandle)) == 0
