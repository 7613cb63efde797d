"""What sales says about opportunities, and what each deed leaves in the trail."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.accounts.actions import add_owner, remove_owner, set_lead
from app.accounts.models import Ownership
from app.kernel.db import db, write
from app.kernel.errors import NotFound, RuleBroken
from app.outcomes import actions, queries
from app.outcomes.models import Opportunity, OtherTouch
from app.people.models import AuditEntry
from tests.outcomes.deals import NOW, deal, seller_of
from tests.support.factories import AccountFactory, PersonFactory, SalesFactory


@pytest.fixture(autouse=True)
def on_a_friday_in_march(travel_to):
    travel_to(NOW)


@pytest.fixture
def account():
    return AccountFactory()


@pytest.fixture
def seller(account):
    return seller_of(account)


def recorded(account, seller, **fields):
    said = actions.Said(**{"name": "Replace the old array", "amount": "250,000", **fields})
    with write():
        return actions.record_opportunity(account, said, opened=date(2026, 3, 2), stage="first talk", by=seller)


def deeds():
    return list(db.session.scalars(select(AuditEntry.deed).order_by(AuditEntry.id)))


def test_it_is_recorded_in_cents_and_in_the_trail(account, seller):
    made = recorded(account, seller)

    assert (made.amount, made.currency, made.stage, made.result) == (25_000_000, "EUR", "first talk", "open")
    assert made.opened_at == datetime(2026, 3, 2, tzinfo=UTC)
    assert deeds()[-1] == "opportunity.recorded"


def test_nobody_records_for_an_account_that_they_do_not_look_after(account):
    for other in (SalesFactory(), PersonFactory()):
        with pytest.raises(NotFound):
            recorded(account, other)

    assert db.session.scalars(select(Opportunity)).all() == []


@pytest.mark.parametrize(
    "fields",
    [{"name": " "}, {"amount": "plenty"}, {"currency": "EURO"}, {"crm_id": "x" * 61}, {"name": "n" * 121}],
    ids=["name", "amount", "currency", "crm id", "long name"],
)
def test_what_cannot_be_so_is_refused(account, seller, fields):
    with pytest.raises(RuleBroken):
        recorded(account, seller, **fields)


def test_it_was_opened_on_a_day_that_has_been(account, seller):
    said = actions.Said(name="Later")
    for day in (NOW.date() + timedelta(days=1), date(1999, 1, 1)):
        with pytest.raises(RuleBroken), write():
            actions.record_opportunity(account, said, opened=day, by=seller)


def test_a_crm_id_is_that_of_one_opportunity_of_an_account(account, seller):
    recorded(account, seller, crm_id="D-1")
    second = recorded(account, seller, crm_id="D-2")

    with pytest.raises(RuleBroken, match="Another opportunity of this account has this CRM id"):
        recorded(account, seller, crm_id="D-1")
    with pytest.raises(RuleBroken, match="of this account"), write():
        actions.change_opportunity(second, actions.Said(name="Second", crm_id="D-1"), by=seller)
    with write():
        actions.change_opportunity(second, actions.Said(name="Second", crm_id="D-2"), by=seller)


def test_nobody_finds_out_by_a_crm_id_what_a_colleague_sells(account, seller):
    """What is typed for one account is taken as if there were no other one."""
    other = AccountFactory()
    theirs = recorded(other, seller_of(other), crm_id="D-1")

    mine = recorded(account, seller, crm_id="D-1")
    second = recorded(account, seller, crm_id="D-2")
    recorded(other, seller_of(other), crm_id="D-2")
    with write():
        actions.change_opportunity(second, actions.Said(name="Second", crm_id="D-3"), by=seller)

    assert theirs.crm_id == mine.crm_id == "D-1"
    assert second.crm_id == "D-3"


def test_only_whoever_looks_after_the_account_and_their_lead_see_it(account, seller):
    made = recorded(account, seller)
    lead, stranger = SalesFactory(), SalesFactory()
    with write():
        set_lead(lead, seller)

    def seen(viewer):
        return [one.id for one in db.session.scalars(queries.visible_to(viewer))]

    assert seen(seller) == seen(lead) == [made.id]
    assert seen(stranger) == seen(PersonFactory()) == seen(None) == []


def test_every_deed_on_what_one_does_not_look_after_is_not_found(account, seller):
    made, stranger = recorded(account, seller), SalesFactory()
    with write():
        touch = actions.add_touch(made, "sales", "A call", day=NOW.date(), by=seller)
    tries = [
        lambda: actions.change_opportunity(made, actions.Said(name="Mine"), by=stranger),
        lambda: actions.change_stage(made, "won", by=stranger),
        lambda: actions.close(made, "won", "They liked our price best.", closed=NOW.date(), by=stranger),
        lambda: actions.add_touch(made, "sales", "A call", day=NOW.date(), by=stranger),
        lambda: actions.remove_touch(made, touch, by=stranger),
    ]
    before = deeds()

    for attempt in tries:
        with pytest.raises(NotFound), write():
            attempt()

    assert deeds() == before


def test_a_change_of_stage_is_kept_with_its_time(account, seller, travel_to):
    made = recorded(account, seller)
    travel_to(NOW + timedelta(days=3))
    with write():
        actions.change_stage(made, "offer", by=seller)
        actions.change_stage(made, "offer", by=seller)

    (change,) = queries.stage_changes_of(made)
    assert (change.stage, change.at) == ("offer", NOW + timedelta(days=3))
    assert deeds().count("opportunity.stage_changed") == 1


def test_closing_needs_a_reason_and_a_day_after_the_opening(account, seller):
    made = recorded(account, seller)
    for result, reason, day in (
        ("won", "", NOW.date()),
        ("open", "They liked our price best.", NOW.date()),
        ("won", "They liked our price best.", date(2026, 3, 1)),
        ("won", "They liked our price best.", NOW.date() + timedelta(days=1)),
    ):
        with pytest.raises(RuleBroken), write():
            actions.close(made, result, reason, closed=day, by=seller)

    with write():
        actions.close(made, "lost", "Another maker was quicker.", closed=NOW.date(), by=seller)

    assert (made.result, made.closed_at) == ("lost", NOW)
    with pytest.raises(RuleBroken), write():
        actions.change_stage(made, "offer", by=seller)


def test_what_is_closed_without_a_reason_is_owed_the_oldest_first(account, seller):
    later, earlier = (deal(account, won=True, closed=NOW - timedelta(days=days), reason="") for days in (3, 9))
    deal(account, won=True, closed=NOW - timedelta(days=4), reason="They liked our price best.")

    assert [one.id for one in queries.unexplained(seller)] == [earlier.id, later.id]
    assert queries.unexplained(SalesFactory()) == []


def test_touches_are_typed_within_the_time_that_counts(account, seller):
    made = recorded(account, seller)
    for day in (date(2025, 8, 1), NOW.date() + timedelta(days=1)):
        with pytest.raises(RuleBroken), write():
            actions.add_touch(made, "event", "A fair", day=day, by=seller)
    with pytest.raises(RuleBroken), write():
        actions.add_touch(made, "community", "A thread", day=NOW.date(), by=seller)

    with write():
        touch = actions.add_touch(made, "event", "A fair", day=NOW.date(), by=seller)
    with write():
        actions.remove_touch(made, touch, by=seller)

    assert db.session.scalars(select(OtherTouch)).all() == []
    assert deeds()[-2:] == ["opportunity.touch_added", "opportunity.touch_removed"]


def test_a_touch_of_another_opportunity_is_not_taken_back(account, seller):
    one, other = recorded(account, seller), recorded(account, seller)
    with write():
        touch = actions.add_touch(other, "sales", "A call", day=NOW.date(), by=seller)

    with pytest.raises(NotFound), write():
        actions.remove_touch(one, touch, by=seller)


def test_whoever_stands_in_sees_it_too_and_a_former_owner_does_not(account, seller):
    recorded(account, seller)
    backup = SalesFactory()
    with write():
        add_owner(account, backup, Ownership.BACKUP)
        remove_owner(account, seller)

    assert len(db.session.scalars(queries.visible_to(backup)).all()) == 1
    assert db.session.scalars(queries.visible_to(seller)).all() == []
