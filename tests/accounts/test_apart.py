"""Those who belong to no company whatever their address says."""

import pytest

from app.accounts import actions, mapping, queries
from app.accounts.models import Apart
from app.kernel.db import write
from app.kernel.errors import RuleBroken
from app.kernel.events import deliver_pending
from app.kernel.settings import settings
from app.people import actions as people
from app.people.addresses import seal
from app.people.models import Role
from tests.support.factories import AccountFactory, ExpertFactory, PersonFactory

REASON = "Works for us until the summer."


@pytest.fixture
def acme():
    return AccountFactory.create(name="Acme", domains=["acme.example"])


@pytest.fixture
def ana(acme):
    return PersonFactory.create(address="ana@acme.example")


def settle(person):
    with write():
        actions.map_by_address(person, company_domains=settings().company_domains)
    deliver_pending()


@pytest.mark.parametrize(("kind", "reason"), [(Apart.LEFT, ""), (Apart.CONTRACTOR, REASON)])
def test_no_address_brings_them_back_until_it_ends(acme, ana, kind, reason):
    with write():
        actions.keep_apart(ana, kind, reason)
    settle(ana)
    assert (queries.account_of(ana), queries.kept_apart(ana).reason) == (None, reason)

    with write():
        people.leave_address(ana, seal("ana@other.example"))
        people.take_new_address(ana, seal("ana@other.example"))
        actions.add_domain(AccountFactory.create(name="Other", domains=[]), "other.example")
    settle(ana)
    assert queries.account_of(ana) is None

    with write():
        actions.end_apart(ana, kind)
    assert queries.account_of(ana).name == "Other"
    assert queries.kept_apart(ana) is None


def test_what_was_done_before_stays_with_the_company_of_its_day(acme, ana):
    since = queries.current_membership(ana).since
    with write():
        actions.keep_apart(ana, Apart.LEFT)

    assert queries.account_of(ana, at=since) == acme


def test_an_admin_can_neither_overrule_nor_end_what_a_member_said(acme, ana):
    with write():
        actions.keep_apart(ana, Apart.LEFT)
    for deed in (
        lambda: mapping.set_by_hand(ana, acme, "They do work there."),
        lambda: actions.keep_apart(ana, Apart.CONTRACTOR, REASON),
        lambda: actions.end_apart(ana, Apart.CONTRACTOR),
    ):
        with write(), pytest.raises(RuleBroken):
            deed()
    assert queries.kept_apart(ana).kind == Apart.LEFT


@pytest.mark.one_database
def test_contractors_need_a_reason_and_employees_are_none(acme, ana):
    for person, reason in ((ana, " "), (ana, "x" * 201), (ana, "a\0b"), (ExpertFactory.create(), REASON)):
        with write(), pytest.raises(RuleBroken):
            actions.keep_apart(person, Apart.CONTRACTOR, reason)
    assert queries.account_of(ana) == acme
    with write(), pytest.raises(RuleBroken):
        actions.end_apart(ana, Apart.LEFT)


@pytest.mark.one_database
def test_what_was_set_by_hand_ends_too(acme):
    person = PersonFactory.create(address="cy@gmail.com")
    with write():
        mapping.set_by_hand(person, acme, "Their consultant.")
        actions.keep_apart(person, Apart.LEFT)

    assert queries.account_of(person) is None


@pytest.mark.one_database
def test_whoever_is_kept_apart_suggests_no_account():
    there = [PersonFactory.create(address=f"somebody{number}@big.example") for number in range(3)]
    assert [one.people for one in queries.unmapped_domains(company_domains=())] == [3]
    with write():
        actions.keep_apart(there[0], Apart.CONTRACTOR, REASON)

    assert queries.unmapped_domains(company_domains=()) == []


@pytest.mark.one_database
def test_a_contractor_who_is_hired_and_leaves_is_a_contractor_still(acme, ana):
    with write():
        actions.keep_apart(ana, Apart.CONTRACTOR, REASON)
        people.grant_role(ana, Role.EXPERT)
    settle(ana)
    with write():
        people.revoke_role(ana, Role.EXPERT)
    settle(ana)

    assert queries.account_of(ana) is None
