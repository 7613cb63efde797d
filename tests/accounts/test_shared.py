"""Domains of universities and of those who sell connections: many have them, so they stand for no company."""

import pytest
from sqlalchemy import select

from app.accounts import actions, mapping, queries
from app.accounts.models import SharedDomain
from app.kernel.db import db, write
from app.kernel.errors import RuleBroken
from app.kernel.events import deliver_pending
from tests.support.factories import AccountFactory, PersonFactory

REASON = "A university."


def company_of(person):
    account = queries.account_of(person)
    return account.name if account else None


def test_people_at_a_shared_domain_are_settled_anew_and_come_back():
    acme = AccountFactory.create(name="Acme", domains=["uni.example"])
    there, below = (PersonFactory.create(address=one) for one in ("ana@uni.example", "bo@lab.uni.example"))
    by_hand = PersonFactory.create(address="cy@uni.example")
    with write():
        mapping.set_by_hand(by_hand, acme, "Runs their machines.")
    assert [company_of(one) for one in (there, below)] == ["Acme", "Acme"]

    with write():
        assert actions.add_shared_domain("UNI.example", REASON) == 3
    assert [company_of(one) for one in (there, below, by_hand)] == [None, None, "Acme"]

    with write():
        assert actions.remove_shared_domain("uni.example") == 3
    assert [company_of(one) for one in (there, below, by_hand)] == ["Acme", "Acme", "Acme"]


def test_a_longer_domain_of_an_account_does_not_get_around_it():
    AccountFactory.create(domains=["lab.uni.example"])
    with write():
        actions.add_shared_domain("uni.example", REASON)

    assert company_of(PersonFactory.create(address="bo@lab.uni.example")) is None
    for domain in ("uni.example", "hall.uni.example"):
        with write(), pytest.raises(RuleBroken) as refused:
            actions.add_domain(AccountFactory.create(domains=[]), domain)
        assert "many share" in refused.value.sentence


def test_the_worker_asks_whoever_is_too_many(monkeypatch):
    monkeypatch.setattr(mapping, "AT_ONCE", 2)
    AccountFactory.create(name="Acme", domains=["uni.example"])
    people = [PersonFactory.create(address=f"somebody{number}@uni.example") for number in range(5)]
    with write():
        actions.add_shared_domain("uni.example", REASON)
    deliver_pending()

    assert {company_of(one) for one in people} == {None}


@pytest.mark.one_database
def test_shared_domains_are_suggested_to_nobody():
    for domain in ("uni.example", "lab.uni.example", "nearuni.example"):
        for number in range(3):
            PersonFactory.create(address=f"somebody{number}@{domain}")
    with write():
        actions.add_shared_domain("uni.example", REASON)

    assert [one.domain for one in queries.unmapped_domains(company_domains=())] == ["nearuni.example"]


@pytest.mark.one_database
def test_a_shared_domain_has_a_reason_and_one_spelling():
    with write():
        actions.add_shared_domain(" Bücher.example. ", REASON)
        actions.add_shared_domain("xn--bcher-kva.example", "A library.")
    assert [(one.domain, one.reason) for one in db.session.scalars(select(SharedDomain))] == [
        ("xn--bcher-kva.example", "A library.")
    ]
    for domain, reason in (
        ("uni.example", ""),
        ("uni.example", "x" * 201),
        ("localhost", REASON),
        ("a@b.example", REASON),
    ):
        with write(), pytest.raises(RuleBroken):
            actions.add_shared_domain(domain, reason)
    with write(), pytest.raises(RuleBroken):
        actions.remove_shared_domain("uni.example")
