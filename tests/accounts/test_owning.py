"""Who looks after which account, for how long, and who reads about it."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import time_machine
from sqlalchemy import event, func, select

from app.accounts import actions, queries
from app.accounts.models import Account, AccountOwner, Ownership, SalesLead, Status
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.errors import RuleBroken
from app.kernel.events import deliver_pending
from app.people import office
from app.people.models import Person, Role
from tests.support.at_once import at_once
from tests.support.factories import AccountFactory, ExpertFactory, PersonFactory, SalesFactory

DAY = timedelta(days=1)


def read_by(person):
    """The names of the accounts that somebody looks after."""
    return sorted(account.name for account in db.session.scalars(queries.looked_after_by(person)))


@pytest.fixture
def acme():
    return AccountFactory.create(name="Acme")


def test_owners_backups_and_leads_read_and_nobody_else(acme):
    AccountFactory.create(name="Other")
    owner, backup, lead, idle = (SalesFactory.create() for _ in range(4))
    head_of_lead = SalesFactory.create()
    with write():
        actions.add_owner(acme, owner)
        actions.add_owner(acme, backup, Ownership.BACKUP)
        actions.set_lead(lead, backup)
        actions.set_lead(head_of_lead, lead)

    assert [read_by(one) for one in (owner, backup, lead)] == [["Acme"]] * 3
    others = [idle, head_of_lead, PersonFactory.create(account=acme), ExpertFactory.create(), None]
    assert [read_by(one) for one in others] == [[]] * 5


def test_partners_stand_in_no_portfolio(acme):
    rep, lead = SalesFactory.create(), SalesFactory.create()
    with write():
        actions.add_owner(acme, rep)
        actions.set_lead(lead, rep)
        actions.set_status(acme, Status.PARTNER)
    assert (read_by(rep), read_by(lead)) == ([], [])
    assert [one.name for one in queries.accounts_without_owner(10)] == []

    with write():
        actions.set_status(acme, "customer")
    assert read_by(rep) == ["Acme"]
    with write(), pytest.raises(RuleBroken):
        actions.set_status(acme, "friend")


def test_ownership_has_periods_that_stay(acme):
    first, second = SalesFactory.create(), SalesFactory.create()
    start = datetime(2026, 1, 5, 9, tzinfo=UTC)
    deeds = [
        (0, lambda: actions.add_owner(acme, first)),
        (1, lambda: actions.add_owner(acme, first)),
        (2, lambda: actions.add_owner(acme, second, Ownership.BACKUP)),
        (3, lambda: actions.remove_owner(acme, first)),
        (4, lambda: actions.add_owner(acme, second)),
        (5, lambda: actions.add_owner(acme, first, Ownership.BACKUP)),
        (6, lambda: actions.remove_owner(acme, first)),
        (6, lambda: actions.remove_owner(acme, first)),
    ]
    for day, deed in deeds:
        with time_machine.travel(start + day * DAY, tick=False), write():
            deed()

    periods = [
        (person.id, row.role, (row.since - start).days, row.until and (row.until - start).days)
        for row, person in queries.owner_history(acme)
    ]
    assert periods == [
        (first.id, "owner", 0, 3),
        (second.id, "owner", 4, None),
        (second.id, "backup", 2, 4),
        (first.id, "backup", 5, 6),
    ]
    assert queries.owners_of([acme.id]) == {acme.id: [second]}
    assert (read_by(first), read_by(second)) == ([], ["Acme"])


def test_the_owner_is_named_before_who_stands_in(acme):
    backup, owner = SalesFactory.create(), SalesFactory.create()
    with write():
        actions.add_owner(acme, backup, Ownership.BACKUP)
        actions.add_owner(acme, owner)

    assert queries.owners_of([acme.id]) == {acme.id: [owner, backup]}


def test_whoever_leaves_sales_owns_nothing_from_that_moment(acme):
    rep, lead, led = (SalesFactory.create(roles=(Role.SALES, Role.EXPERT)) for _ in range(3))
    with write():
        actions.add_owner(acme, rep)
        actions.set_lead(lead, rep)
        actions.set_lead(rep, led)
        office.revoke(rep, Role.SALES, by=None)

    # Before the worker has run.
    assert (read_by(rep), read_by(lead), queries.owners_of([acme.id])) == ([], [], {})
    deliver_pending()
    [(row, person)] = queries.owner_history(acme)
    assert (person, row.until is not None) == (rep, True)
    ends = db.session.scalars(select(SalesLead.until).order_by(SalesLead.id)).all()
    assert [end is not None for end in ends] == [True, True]
    assert (queries.leads_of(rep), queries.led_by(rep)) == ([], [])

    with write():
        office.grant(rep, Role.SALES, by=None)
    deliver_pending()
    assert read_by(rep) == []


def test_another_role_changes_nothing_for_sales(acme):
    rep = SalesFactory.create()
    with write():
        actions.add_owner(acme, rep)
        office.grant(rep, Role.EXPERT, by=None)
    deliver_pending()

    assert read_by(rep) == ["Acme"]


@pytest.mark.one_database
def test_only_sales_people_own_and_lead(acme):
    rep, expert, gone = SalesFactory.create(), ExpertFactory.create(), SalesFactory.create()
    with write():
        gone.active = False
    for deed in (
        lambda: actions.add_owner(acme, expert),
        lambda: actions.add_owner(acme, gone),
        lambda: actions.set_lead(rep, expert),
        lambda: actions.set_lead(expert, rep),
        lambda: actions.set_lead(rep, rep),
    ):
        with write(), pytest.raises(RuleBroken):
            deed()


@pytest.mark.one_database
def test_a_lead_ends_and_is_named_once(acme):
    rep, lead = SalesFactory.create(), SalesFactory.create()
    with write():
        actions.add_owner(acme, rep)
        actions.set_lead(lead, rep)
        actions.set_lead(lead, rep)
    assert (queries.leads_of(rep), queries.led_by(lead), queries.led_by(rep)) == ([lead], [rep], [])

    with write():
        actions.unset_lead(lead, rep)
        actions.unset_lead(lead, rep)
    assert (queries.leads_of(rep), read_by(lead), read_by(rep)) == ([], [], ["Acme"])


def test_who_led_whom_and_when_is_kept(acme, travel_to):
    lead, rep = SalesFactory.create(), SalesFactory.create()
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    for days, change in ((0, actions.set_lead), (3, actions.unset_lead), (5, actions.set_lead)):
        travel_to(start + days * DAY)
        with write():
            change(db.session.get_one(Person, lead.id), db.session.get_one(Person, rep.id))

    rows = db.session.scalars(select(SalesLead).order_by(SalesLead.id))
    assert [((row.since - start).days, row.until and (row.until - start).days) for row in rows] == [(0, 3), (5, None)]
    assert (queries.leads_of(rep), queries.led_by(lead)) == ([lead], [rep])


def test_two_admins_at_once_make_one_period(app, acme):
    rep = SalesFactory.create()
    account_id, person_id = acme.id, rep.id

    def add(role):
        actions.add_owner(db.session.get_one(Account, account_id), db.session.get_one(Person, person_id), role)

    assert at_once(app, [partial(add, role) for role in Ownership]) == []
    lasting = select(func.count()).select_from(AccountOwner).where(AccountOwner.until.is_(None))
    assert db.session.scalar(lasting) == 1
    assert all(row.until is None or row.until >= row.since for row in db.session.scalars(select(AccountOwner)))


def test_a_clock_that_goes_back_makes_no_period_end_before_it_began(acme):
    rep = SalesFactory.create()
    with write():
        actions.add_owner(acme, rep)
    with time_machine.travel(clock.now() - DAY, tick=False), write():
        actions.remove_owner(acme, rep)

    [(row, _person)] = queries.owner_history(acme)
    assert row.until == row.since


def test_a_portfolio_is_one_query(acme):
    rep = SalesFactory.create()
    with write():
        for number in range(5):
            actions.add_owner(actions.add_account(f"Customer {number}", domains=()), rep)
    sent = []

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    assert rep.holds(Role.SALES)
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert len(read_by(rep)) == 5
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len(sent) == 1
