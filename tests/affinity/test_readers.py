"""Who may read which report, and what a company's people learn of who did."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.accounts import actions as accounts
from app.accounts.models import Account, Apart, Ownership, Status
from app.affinity.actions import record_view
from app.affinity.models import AffinitySnapshot, ReportView
from app.affinity.queries import snapshots_visible_to, visible_to
from app.affinity.readers import counted_in, views_of, views_this_quarter
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.people.actions import revoke_role
from app.people.models import Person, Role
from tests.affinity.snapshots import report_says
from tests.support.factories import (
    AccountFactory,
    AdminFactory,
    ExpertFactory,
    PersonFactory,
    SalesFactory,
    StewardFactory,
)

MAY, APRIL, MARCH = (datetime(2026, month, 4, 12, tzinfo=UTC) for month in (5, 4, 3))


@pytest.fixture(autouse=True)
def on_a_monday_in_may(travel_to):
    travel_to(MAY)


@pytest.fixture
def look(travel_to):
    def make(by: Person, of: Account | None, at: datetime = MAY, what: str = "account") -> None:
        travel_to(at)
        with write():
            record_view(db.session.get_one(Person, by.id), what, of)
        travel_to(MAY)

    return make


def read_by(person: Person | None) -> set[int]:
    """The accounts whose report and whose snapshots somebody may read; one and the same."""
    reports = {account.id for account in db.session.scalars(visible_to(person))}
    assert {snapshot.account_id for snapshot in db.session.scalars(snapshots_visible_to(person))} == reports
    return reports


def with_reports(count: int) -> list[Account]:
    made = [AccountFactory(at=MARCH - timedelta(days=90)) for _ in range(count)]
    for account in made:
        report_says(account, MAY - timedelta(days=1))
    return made


def test_a_sales_person_reads_of_the_accounts_they_look_after_and_of_no_other():
    own, backed, of_another = with_reports(3)
    seller, other = SalesFactory(looks_after=(own,)), SalesFactory(looks_after=(of_another,))
    with write():
        accounts.add_owner(backed, seller, Ownership.BACKUP)

    assert (read_by(seller), read_by(other)) == ({own.id, backed.id}, {of_another.id})


def test_a_lead_reads_what_those_they_lead_look_after_and_not_the_other_way_round():
    of_lead, of_led = with_reports(2)
    lead, led = SalesFactory(looks_after=(of_lead,)), SalesFactory(looks_after=(of_led,))
    with write():
        accounts.set_lead(lead, led)

    assert (read_by(lead), read_by(led)) == ({of_lead.id, of_led.id}, {of_led.id})


def test_whoever_looks_after_it_no_more_or_left_sales_reads_nothing():
    former, gone = with_reports(2)
    was_owner, was_in_sales = SalesFactory(looks_after=(former,)), SalesFactory(looks_after=(gone,))
    with write():
        accounts.remove_owner(former, was_owner)
        revoke_role(db.session.get_one(Person, was_in_sales.id), Role.SALES)

    assert read_by(was_owner) == read_by(db.session.get_one(Person, was_in_sales.id)) == set()


@pytest.mark.parametrize("somebody", [PersonFactory, ExpertFactory, StewardFactory, AdminFactory, SalesFactory])
def test_no_role_alone_reads_any_report(somebody):
    with_reports(1)

    assert read_by(somebody()) == read_by(None) == set()


def test_partners_stand_in_no_portfolio():
    (partner,) = with_reports(1)
    seller = SalesFactory(looks_after=(partner,))
    with write():
        accounts.set_status(partner, Status.PARTNER)

    assert read_by(seller) == set()


def family() -> tuple[Account, Account, Account]:
    top, middle, own = (AccountFactory(at=MARCH - timedelta(days=90)) for _ in range(3))
    with write():
        accounts.set_parent(middle, top)
        accounts.set_parent(own, middle)
    return top, middle, own


def test_a_member_counts_in_their_company_and_in_those_above_it():
    top, middle, own = family()

    assert [one.id for one in counted_in(PersonFactory(account=own))] == [own.id, middle.id, top.id]
    assert [one.id for one in counted_in(PersonFactory(account=top))] == [top.id]


def test_employees_and_whoever_left_their_company_count_nowhere():
    _top, _middle, own = family()
    left = PersonFactory(account=own)
    with write():
        accounts.keep_apart(left, Apart.LEFT)

    assert counted_in(left) == counted_in(ExpertFactory()) == counted_in(PersonFactory()) == []


def views(account: Account) -> list[tuple[str, int]]:
    return [(view.what, who.id) for view, who in views_of(account)]


def test_members_see_who_opened_their_report_those_above_it_and_lists_that_held_one_of_them(look):
    top, _middle, own = family()
    seller, of_top, of_another = (SalesFactory(looks_after=(one,)) for one in (own, top, AccountFactory()))
    look(seller, own)
    look(of_top, top)
    look(of_top, None, what="portfolio")
    look(of_another, None, what="portfolio")

    assert views(own) == [("portfolio", of_top.id), ("account", of_top.id), ("account", seller.id)]
    assert views(top) == [("portfolio", of_top.id), ("account", of_top.id)]


def test_a_list_held_the_accounts_that_its_reader_or_whom_they_lead_looked_after_then(look, travel_to):
    account = AccountFactory(at=MARCH)
    seller, lead = SalesFactory(at=MARCH), SalesFactory(at=MARCH)
    look(seller, None, at=MARCH + timedelta(days=1), what="before")
    travel_to(APRIL)
    with write():
        accounts.add_owner(account, db.session.get_one(Person, seller.id))
        accounts.set_lead(db.session.get_one(Person, lead.id), db.session.get_one(Person, seller.id))
    look(seller, None, at=APRIL + timedelta(days=1), what="meanwhile")
    look(lead, None, at=APRIL + timedelta(days=2), what="of those they lead")
    travel_to(MAY)
    with write():
        accounts.remove_owner(account, db.session.get_one(Person, seller.id))
    look(seller, None, at=MAY + timedelta(days=1), what="after")

    assert [what for what, _who in views(account)] == ["of those they lead", "meanwhile"]


def test_what_a_lead_opened_stays_theirs_when_they_lead_no_more_and_nothing_later_does(look, travel_to):
    travel_to(MARCH)
    account = AccountFactory()
    owner, lead = SalesFactory(looks_after=(account,)), SalesFactory()
    days = [APRIL + timedelta(days=number) for number in range(7)]
    for day, change in ((1, accounts.set_lead), (3, accounts.unset_lead), (5, accounts.set_lead)):
        travel_to(days[day])
        with write():
            change(db.session.get_one(Person, lead.id), db.session.get_one(Person, owner.id))
    for day in (0, 2, 4, 6):
        look(lead, None, at=days[day], what=f"list of day {day}")
        look(lead, account, at=days[day])
    travel_to(MAY)
    with write():
        revoke_role(db.session.get_one(Person, lead.id), Role.SALES)
    deliver_pending()

    lists = [what for what, _who in views(account) if what != "account"]
    assert lists == ["list of day 6", "list of day 2"]
    assert views_this_quarter(account) == {"lead": 4, "other": 2}


def test_a_list_of_the_time_before_readers_said_what_for_held_every_account():
    account, reader = AccountFactory(), SalesFactory()
    with write():
        db.session.add(ReportView(viewer_id=reader.id, what="portfolio", purpose="", at=MARCH))

    assert views(account) == [("portfolio", reader.id)]


def test_views_are_counted_by_quarter_and_by_who_the_reader_was(look):
    account = AccountFactory(at=MARCH - timedelta(days=90))
    owner, backup, lead, other = (SalesFactory(at=MARCH) for _ in range(4))
    with write():
        accounts.add_owner(account, owner)
        accounts.add_owner(account, backup, Ownership.BACKUP)
        accounts.set_lead(lead, owner)
    for reader, times in ((owner, 3), (backup, 1), (lead, 2), (other, 1)):
        for day in range(times):
            look(reader, account, at=MAY + timedelta(days=1 + day))
    look(owner, account, at=MARCH)

    assert views_this_quarter(account) == {"owner": 3, "backup": 1, "lead": 2, "other": 1}
    assert views_this_quarter(AccountFactory()) == {}


def test_snapshots_of_another_account_are_not_reached_through_ones_own():
    own, other = with_reports(2)
    seller = SalesFactory(looks_after=(own,))
    theirs = snapshots_visible_to(seller).where(AffinitySnapshot.account_id == other.id)

    assert db.session.scalars(theirs).all() == []
    assert db.session.scalars(select(AffinitySnapshot).where(AffinitySnapshot.account_id == other.id)).all() != []
