"""Who belonged to which company at which moment: what an event of that moment counts for."""

import itertools
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import time_machine
from sqlalchemy import select

from app.accounts import actions, mapping, queries
from app.accounts.models import Account, Membership
from app.kernel.db import db, write
from app.kernel.settings import settings
from app.people import actions as people
from app.people.addresses import seal
from app.people.models import Person, Role
from tests.support.at_once import at_once
from tests.support.factories import AccountFactory, PersonFactory

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


@pytest.fixture
def acme():
    return AccountFactory.create(name="Acme", domains=["acme.example"], at=START - 30 * DAY)


@pytest.fixture
def other():
    return AccountFactory.create(name="Other", domains=["other.example"], at=START - 30 * DAY)


def company_at(person, moment):
    account = queries.account_of(person, at=moment)
    return account.name if account else None


def move(person, address, at):
    """Somebody changes job, and with it the address."""
    with time_machine.travel(at, tick=False), write():
        people.leave_address(person, seal(address))
        people.take_new_address(person, seal(address))
        actions.map_by_address(person, company_domains=settings().company_domains)


def periods_of(person):
    rows = select(Membership).where(Membership.person_id == person.id).order_by(Membership.id)
    return [(row.since, row.until) for row in db.session.scalars(rows)]


def assert_they_do_not_overlap(person):
    periods = periods_of(person)
    assert all(until is None or until >= since for since, until in periods)
    assert all(earlier[1] <= later[0] for earlier, later in itertools.pairwise(periods))


def test_another_job_moves_what_is_still_to_come(acme, other):
    ana = PersonFactory.create(address="ana@acme.example", at=START)
    move(ana, "ana@other.example", START + 10 * DAY)

    change = START + 10 * DAY
    moments = (START - INSTANT, START, change - INSTANT, change, change + DAY)
    assert [company_at(ana, moment) for moment in moments] == [None, "Acme", "Acme", "Other", "Other"]
    assert queries.account_of(ana) == other


def test_a_role_ends_it_and_leaves_what_was(acme):
    ana = PersonFactory.create(address="ana@acme.example", at=START)
    with time_machine.travel(START + DAY, tick=False), write():
        people.grant_role(ana, Role.EXPERT)
        actions.map_by_address(ana, company_domains=())

    assert queries.account_of(ana) is None
    assert [company_at(ana, START + hours * timedelta(hours=1)) for hours in (0, 23, 24, 48)] == [
        "Acme",
        "Acme",
        None,
        None,
    ]


def test_from_one_company_to_the_next_no_moment_is_lost(acme, other):
    ana = PersonFactory.create(address="ana@acme.example")
    with write():
        mapping.set_by_hand(ana, other, "Works there now.")
        mapping.undo_by_hand(ana)

    periods = periods_of(ana)
    assert [until for _since, until in periods[:-1]] == [since for since, _until in periods[1:]]
    assert len(periods) == 3


def test_at_one_instant_one_company(acme, other):
    ana = PersonFactory.create(address="ana@acme.example", at=START)
    with time_machine.travel(START, tick=False), write():
        mapping.set_by_hand(ana, other, "Works there now.")

    assert periods_of(ana) == [(START, START), (START, None)]
    assert company_at(ana, START) == "Other"


def test_a_clock_that_goes_back_makes_no_overlap(acme, other):
    ana = PersonFactory.create(address="ana@acme.example", at=START)
    move(ana, "ana@gmail.com", START + 2 * DAY)
    move(ana, "ana@other.example", START + DAY)

    assert_they_do_not_overlap(ana)
    assert company_at(ana, START + DAY + INSTANT) == "Acme"
    assert queries.account_of(ana) == other


def test_two_admins_at_once_leave_one_company_and_no_overlap(app, acme, other):
    ana = PersonFactory.create(address="ana@gmail.com")
    person_id, accounts = ana.id, [acme.id, other.id]

    def decide(account_id):
        account = db.session.get_one(Account, account_id)
        mapping.set_by_hand(db.session.get_one(Person, person_id), account, "Works there.")

    assert at_once(app, [partial(decide, account_id) for account_id in accounts]) == []
    assert [until for _since, until in periods_of(ana)].count(None) == 1
    assert_they_do_not_overlap(ana)


def test_an_employee_below_the_own_domain_belongs_nowhere(acme):
    """A domain of a customer that came to be ours later."""
    AccountFactory.create(domains=["lab.ours.example"])
    ana = PersonFactory.create(address="ana@lab.ours.example")
    assert queries.account_of(ana) is not None
    with write():
        actions.map_by_address(ana, company_domains=("ours.example",))

    assert queries.account_of(ana) is None
