"""Who belongs to which account when domains come and go, and what an admin set by hand."""

import pytest
from sqlalchemy import select

from app.accounts import actions, mapping, queries
from app.accounts.models import Membership, Source
from app.kernel.db import db, write
from app.kernel.errors import RuleBroken
from app.kernel.events import deliver_pending
from app.people import actions as people
from app.people.addresses import seal
from app.people.models import Role
from tests.support.at_once import at_once
from tests.support.factories import AccountFactory, PersonFactory, SalesFactory


def belongs_to(person):
    membership = queries.current_membership(person)
    return membership.account.name if membership else None


@pytest.fixture
def acme():
    return AccountFactory.create(name="Acme", domains=[])


def test_a_new_domain_brings_those_who_are_there_already(acme):
    at_it = PersonFactory.create(address="ana@acme.example")
    below = PersonFactory.create(address="bo@eu.acme.example")
    looks_alike = [PersonFactory.create(address=f"eve@{one}") for one in ("evilacme.example", "acme.example.evil.net")]
    unconfirmed = PersonFactory.create(address="cy@acme.example", confirmed=False)
    employee = PersonFactory.create(address="di@acme.example", roles=(Role.EXPERT,))

    with write():
        actions.add_domain(acme, "ACME.example.")

    assert (belongs_to(at_it), belongs_to(below)) == ("Acme", "Acme")
    assert [belongs_to(one) for one in (*looks_alike, unconfirmed, employee)] == [None] * 4


def test_subdomains_do_not_count_where_that_is_said(acme):
    below = PersonFactory.create(address="bo@eu.acme.example")

    with write():
        actions.add_domain(acme, "acme.example", subdomains=False)

    assert belongs_to(below) is None


def test_the_longest_domain_wins(acme):
    below = PersonFactory.create(address="bo@eu.acme.example")
    apart = AccountFactory.create(name="Acme Labs", domains=["labs.acme.example"])
    at_labs = PersonFactory.create(address="di@labs.acme.example")

    with write():
        actions.add_domain(acme, "acme.example")

    assert (belongs_to(below), belongs_to(at_labs)) == ("Acme", "Acme Labs")
    with write():
        actions.remove_domain(apart, "labs.acme.example")
    assert belongs_to(at_labs) == "Acme"


def test_a_domain_that_goes_takes_its_members_along(acme):
    with write():
        actions.add_domain(acme, "acme.example")
    person = PersonFactory.create(address="ana@acme.example")
    by_hand = PersonFactory.create(address="cy@somewhere.example")
    with write():
        mapping.set_by_hand(by_hand, acme, "Works there as a contractor.")
        actions.remove_domain(acme, "acme.example")

    assert belongs_to(person) is None
    assert belongs_to(by_hand) == "Acme"
    assert [one.source for one in db.session.scalars(select(Membership).where(Membership.until.is_not(None)))] == [
        Source.DOMAIN
    ]


def test_the_worker_asks_whoever_is_too_many_for_one_request(acme, monkeypatch):
    monkeypatch.setattr(mapping, "AT_ONCE", 2)
    people_there = [PersonFactory.create(address=f"somebody{number}@acme.example") for number in range(5)]

    with write():
        assert actions.add_domain(acme, "acme.example") == 2
    assert sum(belongs_to(person) == "Acme" for person in people_there) == 2

    deliver_pending()
    assert {belongs_to(person) for person in people_there} == {"Acme"}


def test_confirming_while_the_domain_is_added_ends_the_same(app, acme):
    """Whichever of the two comes first, the person belongs in the end; and never twice."""
    person = PersonFactory.create(address="ana@acme.example", confirmed=False)
    account_id, person_id = acme.id, person.id

    def confirm():
        found = db.session.get_one(type(person), person_id)
        people.confirm_address(found)
        actions.map_by_address(found, company_domains=())

    def add():
        actions.add_domain(db.session.get_one(type(acme), account_id), "acme.example")

    assert at_once(app, [confirm, add]) == []
    deliver_pending()

    assert belongs_to(person) == "Acme"


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("domain", "said"),
    [
        ("gmail.com", "everybody"),
        ("mail.gmail.com", "everybody"),
        ("mailinator.com", "everybody"),
        ("co.uk", "Many companies"),
        ("github.io", "Many companies"),
        ("onmicrosoft.com", "Many companies"),
        ("Mail.OnMicrosoft.com", "Many companies"),
        ("northwind.example", "your own"),
        ("eu.northwind.example", "your own"),
        ("localhost", "not a mail domain"),
        ("ana@acme.example", "not a mail domain"),
        ("acme.example/x", "not a mail domain"),
        ("", "not a mail domain"),
    ],
)
def test_no_domain_that_is_not_one_company_s(acme, domain, said):
    with write(), pytest.raises(RuleBroken) as refused:
        actions.add_domain(acme, domain)

    assert said in refused.value.sentence


@pytest.mark.one_database
def test_a_domain_in_another_script_is_kept_as_addresses_spell_it(acme):
    person = PersonFactory.create(address="jörg@müller.example".replace("jörg", "joerg"))
    with write():
        actions.add_domain(acme, "Müller.example")

    assert person.email_domain == "xn--mller-kva.example"
    assert belongs_to(person) == "Acme"


def test_by_hand_holds_until_the_address_goes(acme):
    AccountFactory.create(name="Other", domains=["other.example"])
    person = PersonFactory.create(address="cy@gmail.com")
    with write():
        mapping.set_by_hand(person, acme, "A partner of theirs.")
        actions.map_by_address(person, company_domains=())
    deliver_pending()
    assert belongs_to(person) == "Acme"

    with write():
        people.leave_address(person, seal("cy@other.example"))
        actions.map_by_address(person, company_domains=())
    assert belongs_to(person) is None

    with write():
        people.take_new_address(person, seal("cy@other.example"))
        actions.map_by_address(person, company_domains=())
    assert belongs_to(person) == "Other"


@pytest.mark.one_database
def test_by_hand_needs_a_reason_and_a_member_with_an_address(acme):
    colleague = PersonFactory.create(address="di@northwind.example")
    unconfirmed = PersonFactory.create(address="ana@acme.example", confirmed=False)
    employee = SalesFactory.create()
    for person, reason in [(PersonFactory.create(), " "), (PersonFactory.create(), "x" * 201)] + [
        (one, "Why not") for one in (colleague, unconfirmed, employee)
    ]:
        with write(), pytest.raises(RuleBroken):
            mapping.set_by_hand(person, acme, reason)


@pytest.mark.one_database
def test_whoever_becomes_an_employee_belongs_nowhere(acme):
    person = PersonFactory.create(address="cy@gmail.com")
    with write():
        mapping.set_by_hand(person, acme, "A partner of theirs.")
        people.grant_role(person, Role.EXPERT)
        actions.map_by_address(person, company_domains=())

    assert belongs_to(person) is None


def test_what_is_missing_is_told_as_numbers(acme):
    for domain, count in (("big.example", 4), ("small.example", 2), ("gmail.com", 5), ("northwind.example", 3)):
        for number in range(count):
            PersonFactory.create(address=f"somebody{number}@{domain}")

    found = queries.unmapped_domains(company_domains=("northwind.example",))

    assert [(one.domain, one.people) for one in found] == [("big.example", 4)]


@pytest.mark.one_database
def test_what_a_cloud_gave_a_company_is_its_own(acme):
    with write():
        actions.add_domain(acme, "acme.onmicrosoft.com")
    ana, bo = (PersonFactory.create(address=f"somebody@{one}.onmicrosoft.com") for one in ("acme", "beta"))
    for number in range(2):
        PersonFactory.create(address=f"somebody{number}@eu.beta.onmicrosoft.com")

    assert (belongs_to(ana), belongs_to(bo)) == ("Acme", None)
    found = queries.unmapped_domains(company_domains=())
    assert [(one.domain, one.people) for one in found] == [("beta.onmicrosoft.com", 3)]


@pytest.mark.one_database
def test_what_is_missing_is_told_by_the_domain_that_somebody_registered(acme):
    for number, domain in enumerate(("eu.big.co.uk", "us.big.co.uk", "big.co.uk", "one.co.uk", "two.co.uk", "co.uk")):
        PersonFactory.create(address=f"somebody{number}@{domain}")
    with write():
        actions.add_domain(acme, "exact.example", subdomains=False)
    for number in range(3):
        PersonFactory.create(address=f"somebody{number}@lab.exact.example")

    found = queries.unmapped_domains(company_domains=())

    assert [(one.domain, one.people) for one in found] == [("big.co.uk", 3), ("lab.exact.example", 3)]


@pytest.mark.one_database
def test_accounts_without_an_owner_are_named(acme):
    owned, left = AccountFactory.create(name="Beta"), AccountFactory.create(name="Gamma")
    rep, gone = SalesFactory.create(), SalesFactory.create()
    with write():
        actions.add_owner(owned, rep)
        actions.add_owner(owned, rep)
        actions.add_owner(left, gone)
        gone.active = False

    assert [account.name for account in queries.accounts_without_owner(10)] == ["Acme", "Gamma"]
    assert queries.owners_of([owned.id]) == {owned.id: [rep]}
    with write(), pytest.raises(RuleBroken):
        actions.add_owner(acme, PersonFactory.create())


def test_two_domains_and_what_is_below_them_are_one_company():
    """The worked example."""
    acme = AccountFactory.create(name="ACME", domains=["acme.com", "acme-labs.de"])
    ana, bo, cy = (PersonFactory.create(address=one) for one in ("ana@eu.acme.com", "bo@acme-labs.de", "cy@gmail.com"))
    sanfox = PersonFactory.create(address="sanfox@northwind.example", roles=(Role.EXPERT,))
    assert [belongs_to(one) for one in (ana, bo, cy, sanfox)] == ["ACME", "ACME", None, None]

    with write():
        mapping.set_by_hand(cy, acme, "Writes from home.")
    assert belongs_to(cy) == "ACME"


@pytest.mark.one_database
@pytest.mark.parametrize(
    "typed", ["bücher.example", "BÜCHER.EXAMPLE", "xn--bcher-kva.example", "ｂücher．example", "bu\u0308cher。example"]
)
def test_every_spelling_of_a_domain_is_one_domain(typed):
    """Typed by an admin, and typed by whoever signs up: both ways the same company."""
    first = AccountFactory.create(name="First", domains=["bücher.example"])
    with write(), pytest.raises(RuleBroken):
        actions.add_domain(AccountFactory.create(domains=[]), typed)
    assert belongs_to(PersonFactory.create(address=f"ana@{typed}")) == "First"
    assert belongs_to(PersonFactory.create(address=f"bo@eu.{typed}")) == "First"

    with write():
        actions.remove_domain(first, typed)
        actions.add_domain(first, typed)


@pytest.mark.one_database
def test_a_domain_that_only_looks_the_same_is_another(acme):
    """The first letter of the second one is Cyrillic."""
    with write():
        actions.add_domain(acme, "acme.example")

    assert belongs_to(PersonFactory.create(address="eve@\u0430cme.example")) is None
