"""What happened here before an opportunity closed."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.accounts.tree import set_parent
from app.kernel.clock import monday_of
from app.kernel.db import db, write
from app.outcomes.attribution import linear, time_decay
from app.outcomes.models import Opportunity, OtherTouch, StageChange
from app.outcomes.touches import MEETING, touched
from tests.outcomes.deals import NOW, deal, measured, meet, talk, told
from tests.support.factories import AccountFactory

OPENED = NOW - timedelta(days=60)


@pytest.fixture(autouse=True)
def on_a_friday_in_march(travel_to):
    travel_to(NOW)


@pytest.fixture
def account():
    account = AccountFactory()
    measured(account)
    return account


def of(opportunity):
    told()
    return touched([opportunity], NOW)[opportunity.id]


def days_before(days):
    return NOW - timedelta(days=days)


def test_a_thread_is_one_touch_however_much_is_said_in_it(account):
    made = deal(account)
    thread = talk(account, "ana", days_before(70))
    talk(account, "ana", days_before(69), thread, kind="accept")
    talk(account, "ben", days_before(20), thread, kind="comment")
    talk(account, "cho", days_before(5))

    here = of(made).here

    assert [touch.week for touch in here] == [monday_of(days_before(70)), monday_of(days_before(5))]


def test_only_what_lies_between_half_a_year_before_the_opening_and_the_close_counts_by_whole_weeks(account):
    made = deal(account, closed=days_before(10))
    first, last = monday_of(made.opened_at - timedelta(days=180)), monday_of(made.closed_at)
    for at in (first - timedelta(seconds=1), last + timedelta(days=7)):
        talk(account, "ana", at)
    assert of(made).here == []

    for at in (first, last + timedelta(days=7, seconds=-1)):
        talk(account, "ana", at)
    assert len(of(made).here) == 2


def test_no_day_is_found_by_closing_or_opening_it_on_one_day_after_the_other(account):
    monday = datetime(2025, 8, 4, tzinfo=UTC)
    for person, day in (("ana", 2), ("ben", 4)):
        talk(account, person, monday + timedelta(days=day, hours=9))
    week = [monday + timedelta(days=day, hours=12) for day in range(7)]

    closed = [of(deal(account, closed=at)) for at in week]
    opened = [of(deal(account, won=None, closed=None, opened_at=at)) for at in week]
    long_before = [of(deal(account, won=None, closed=None, opened_at=at + timedelta(days=180))) for at in week]

    for tried in (closed, opened, long_before):
        assert len({(len(one.here), one.influenced) for one in tried}) == 1


def test_nothing_is_newer_than_the_last_snapshot():
    account = AccountFactory()
    made = deal(account, won=None, closed=None, opened_at=OPENED)
    talk(account, "ana", days_before(3))
    assert of(made).here == []

    measured(account, days_before(4))
    assert of(made).here == []

    measured(account, days_before(2))
    assert len(of(made).here) == 1


def test_touches_are_told_by_the_week(account):
    """The day would tell which public thread was meant, also where somebody did not name their company."""
    monday = datetime(2026, 2, 2, tzinfo=UTC)
    made = deal(account)
    for day in (0, 3, 6):
        talk(account, "ana", monday + timedelta(days=day, hours=5))

    assert {touch.week for touch in of(made).here} == {monday}


def test_what_subsidiaries_do_counts_for_the_parent_and_not_the_other_way_round(account):
    child = AccountFactory()
    measured(child)
    with write():
        set_parent(child, account)
    thread = talk(child, "ana", days_before(70))
    talk(account, "ben", days_before(65), thread)
    talk(account, "ben", days_before(64))

    assert len(of(deal(account)).here) == 2
    assert len(of(deal(child)).here) == 1


def test_another_account_is_not_looked_at(account):
    talk(AccountFactory(), "ana", days_before(70))

    assert of(deal(account)).here == []


@pytest.mark.parametrize(
    ("talks", "meetings", "influenced"),
    [
        ([("ana", 70), ("ben", 65)], [], True),
        ([("ana", 70), ("ana", 65)], [], False),
        ([("ana", 70)], [("ben", 68)], True),
        ([], [("ben", 68)], False),
        ([], [("ana", 68), ("ben", 60.5)], True),
        ([("ana", 20), ("ben", 15)], [], False),
        ([("ana", 61), ("ben", 15)], [], True),
    ],
    ids=[
        "two people in two threads",
        "one person in two threads",
        "a thread and a meeting",
        "one person met",
        "two people met",
        "only after the opening",
        "one before the opening",
    ],
)
def test_what_is_called_influence(account, talks, meetings, influenced):
    made = deal(account)
    for person, days in talks:
        talk(account, person, days_before(days))
    for number, (person, days) in enumerate(meetings):
        meet(account, person, days_before(days), number)

    assert of(made).influenced is influenced


def test_one_thread_of_two_people_is_not_enough(account):
    made = deal(account)
    thread = talk(account, "ana", days_before(70))
    talk(account, "ben", days_before(69), thread)

    assert not of(made).influenced


def test_after_the_opening_it_counts_between_two_changes_of_stage(account):
    made = deal(account)
    talk(account, "ana", days_before(20))
    talk(account, "ben", days_before(19))
    with write():
        for days in (40, 30):
            db.session.add(StageChange(opportunity_id=made.id, stage="offer", at=days_before(days)))
    assert not of(made).influenced

    with write():
        db.session.add(StageChange(opportunity_id=made.id, stage="contract", at=days_before(10)))
    assert of(made).influenced


def test_three_people_over_the_whole_history_are_enough_to_speak_of_the_account(account):
    made = deal(account)
    for person in ("ana", "ben"):
        talk(account, person, days_before(70))
    assert not of(made).enough_people

    talk(account, "cho", days_before(900))
    assert of(made).enough_people


def test_a_subsidiary_is_not_told_apart_from_one_or_two_people_of_the_company_above(account):
    child, made = AccountFactory(), deal(account)
    measured(child)
    with write():
        set_parent(child, account)
    for person in ("ana", "ben", "cho"):
        talk(child, person, days_before(70))
    of_child = deal(child)
    assert of(of_child).enough_people

    for people, is_told in ((["dan"], False), (["eva"], False), (["fay"], True)):
        for person in people:
            talk(account, person, days_before(65))
        assert of(made).enough_people
        assert of(of_child).enough_people is is_told


def test_a_meeting_is_called_one(account):
    meet(account, "ana", days_before(70))

    assert [touch.kind for touch in of(deal(account)).here] == [MEETING]


def test_the_community_shares_with_what_sales_typed(account):
    made = deal(account, amount=100_000)
    for person, days in (("ana", 70), ("ben", 63)):
        talk(account, person, days_before(days))
    with write():
        for days in (28, 14, 0):
            db.session.add(OtherTouch(opportunity_id=made.id, channel="sales", words="A call", at=days_before(days)))

    found = of(made)

    assert found.part_of(100_000, linear) == 40_000
    assert 0 < found.part_of(100_000, time_decay) < 40_000
    assert [touch.is_here for touch in found.all] == [True, True, False, False, False]


def test_the_worked_example_of_four_touches_here_among_ten(account):
    made = deal(account, amount=250_000_00)
    for number, person in enumerate(("ana", "ben", "cho", "ana")):
        talk(account, person, days_before(90 - 7 * number))
    with write():
        for number in range(6):
            db.session.add(OtherTouch(opportunity_id=made.id, channel="sales", at=days_before(7 * number)))

    assert of(made).part_of(250_000_00, linear) == 100_000_00


def test_what_is_not_influenced_credits_nothing(account):
    made = deal(account, amount=100_000)
    talk(account, "ana", days_before(70))

    assert of(made).part_of(100_000, linear) == 0


def test_hundreds_of_opportunities_take_as_many_queries_as_one(account, queries):
    for somewhere in (account, *(AccountFactory() for _ in range(20))):
        deal(somewhere)
    made = db.session.scalars(select(Opportunity)).all()
    with queries() as few:
        touched(made[:1], NOW)
    with queries() as many:
        touched(made, NOW)

    assert len(many) == len(few)
