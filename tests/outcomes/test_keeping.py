"""What opportunities tell changes with the snapshots and at night, and never by what one person did."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from app.accounts.tree import set_parent
from app.affinity.ledger import person_key
from app.affinity.models import AffinityEvent, AffinitySnapshot, MeasuringDue
from app.affinity.not_counted import count_again, leave_out
from app.jobs.histories import keep_due_histories
from app.jobs.measuring import measure_due_again
from app.jobs.snapshots import take_snapshots
from app.kernel.clock import monday_of
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.outcomes import keeping
from app.outcomes.models import KeptHistory
from app.outcomes.queries import range_sentence
from app.outcomes.touches import touched
from app.people.models import Person
from tests.affinity.community import busy_people
from tests.outcomes.deals import deal, measured, meet, talk, told
from tests.support.factories import AccountFactory

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
MONDAY = datetime(2026, 3, 16, tzinfo=UTC)
AFTERNOON = MONDAY + timedelta(days=2, hours=14)
NIGHT = MONDAY + timedelta(days=3, hours=3)
DAY, WEEK = timedelta(days=1), timedelta(days=7)


@pytest.fixture(autouse=True)
def on_monday(travel_to):
    travel_to(MONDAY)


@pytest.fixture
def account():
    return AccountFactory(at=START - DAY)


def weeks_of(opportunity):
    """The weeks of what is told to have happened here, as days of the year."""
    db.session.expire_all()
    found = touched([opportunity], opportunity.closed_at or AFTERNOON)[opportunity.id]
    return [f"{touch.week:%m-%d}" for touch in found.here]


def opened_now(account):
    return deal(account, won=None, closed=None, opened_at=MONDAY - DAY)


def choose(person, *, counted):
    with write():
        (count_again if counted else leave_out)(db.session.get_one(Person, person.id))
    deliver_pending()


def stored():
    db.session.expire_all()
    rows = db.session.scalars(select(KeptHistory).order_by(KeptHistory.account_id))
    return [(row.account_id, row.snapshot_at, row.told_until, row.is_told, row.deeds) for row in rows]


@pytest.fixture
def people(account):
    """Four people of one account who wrote before the snapshot."""
    found = busy_people(account, 4, START)
    deliver_pending()
    take_snapshots(MONDAY)
    return found


def test_somebody_who_leaves_the_count_goes_from_opportunities_at_night_with_the_reports(account, people, travel_to):
    made = opened_now(account)
    before = weeks_of(made)
    assert len(before) == 4

    travel_to(AFTERNOON)
    choose(people[0], counted=False)
    assert measure_due_again() == 0
    assert weeks_of(made) == before
    # A new one of the same account tells the same: nothing is read from what happened as it stands.
    assert weeks_of(opened_now(account)) == before

    travel_to(NIGHT)
    assert measure_due_again() == 1
    assert len(weeks_of(made)) == 3
    again = db.session.scalars(select(AffinitySnapshot.measured_again_at)).one()
    assert again is not None


def test_counted_again_they_come_back_at_night_too(account, people, travel_to):
    made = opened_now(account)
    everything = weeks_of(made)
    travel_to(AFTERNOON)
    choose(people[0], counted=False)
    travel_to(NIGHT)
    measure_due_again()

    travel_to(NIGHT + timedelta(hours=9))
    choose(people[0], counted=True)
    assert len(weeks_of(made)) == 3
    travel_to(NIGHT + DAY)
    measure_due_again()
    assert weeks_of(made) == everything


def test_influence_and_the_sentence_of_the_site_change_at_night_as_well(travel_to):
    left = []
    for _ in range(3):
        customer = AccountFactory(at=START - DAY)
        left.append(busy_people(customer, 2, START)[0])
        deal(customer, closed=MONDAY + DAY, opened_at=START + 8 * DAY)
    deliver_pending()
    take_snapshots(MONDAY)
    silent = AccountFactory()
    for _ in range(7):
        deal(silent, won=False, closed=MONDAY + DAY)
    travel_to(AFTERNOON)
    sentence = range_sentence(AFTERNOON)
    assert sentence is not None

    choose(left[0], counted=False)
    assert range_sentence(AFTERNOON) == sentence

    travel_to(NIGHT)
    measure_due_again()
    assert range_sentence(NIGHT) is None


def test_nothing_of_the_person_stays_once_the_night_is_over(account, people, travel_to):
    travel_to(AFTERNOON)
    choose(people[0], counted=False)
    travel_to(NIGHT)
    measure_due_again()

    (text,) = db.session.scalars(select(KeptHistory.deeds))
    assert len({deed.person for deed in keeping.from_text(text)}) == 3


def test_what_is_kept_names_no_person_no_thread_and_no_day(account, people):
    (text,) = db.session.scalars(select(KeptHistory.deeds))

    deeds = keeping.from_text(text)
    assert person_key(people[0].id) not in text
    assert {deed.person for deed in deeds} == {0, 1, 2, 3}
    assert {deed.place for deed in deeds} == {0, 1, 2, 3}
    assert {deed.week for deed in deeds} == {monday_of(START).toordinal()}


def test_keeping_twice_is_keeping_once(account, people):
    before = stored()

    assert keep_due_histories() == 0
    told()
    told()

    assert stored() == before


def test_a_run_that_was_cut_short_is_made_good_by_the_next(account, people):
    before = stored()
    with write():
        db.session.execute(delete(KeptHistory))

    assert keep_due_histories() == 1
    assert stored() == before


def test_a_slow_reader_does_not_put_back_what_was_read_anew_meanwhile(account, people, travel_to):
    slow = keeping.read_trees([account.id])
    travel_to(AFTERNOON)
    choose(people[0], counted=False)
    travel_to(NIGHT)
    measure_due_again()
    night = stored()

    with write():
        assert keeping.keep(slow) == 0
    assert stored() == night


def test_whoever_leaves_while_it_is_read_is_not_gone_before_the_night(account, people):
    """The weekly run reads what they have taken out already; it stays until the reports follow, too."""
    before = stored()
    choose(people[0], counted=False)
    read = keeping.read_trees([account.id])

    with write():
        assert keeping.keep(read) == 0
    assert stored() == before
    assert db.session.scalars(select(MeasuringDue.account_id)).all() == [account.id]
    assert list(keeping.due_trees()) == []


def test_one_person_who_joins_changes_nothing_until_three_have_taken_part():
    account = AccountFactory()
    made = deal(account, won=None, closed=None, opened_at=MONDAY - DAY)
    for person, days in (("ana", 40), ("ben", 33), ("cho", 26)):
        talk(account, person, MONDAY - days * DAY)
    measured(account, MONDAY)
    told()
    before = weeks_of(made)
    assert len(before) == 3

    for week, person in enumerate(("dan", "dan", "ana"), 1):
        talk(account, person, MONDAY + week * WEEK - 2 * DAY)
        measured(account, MONDAY + week * WEEK)
        keep_due_histories()
        assert weeks_of_all(made) == before
        assert weeks_of_all(opened_now(account)) == before

    talk(account, "eva", MONDAY + 4 * WEEK - 2 * DAY)
    measured(account, MONDAY + 4 * WEEK)
    keep_due_histories()
    assert len(weeks_of_all(made)) == 7


def weeks_of_all(opportunity):
    db.session.expire_all()
    found = touched([opportunity], MONDAY + 9 * WEEK)[opportunity.id]
    return [f"{touch.week:%m-%d}" for touch in found.here]


def test_what_is_told_of_nobody_is_as_new_as_the_snapshot():
    """Two people: no page names them, and the total of the site follows every week."""
    account = AccountFactory()
    made = deal(account, won=None, closed=None, opened_at=MONDAY - DAY)
    for week, person in enumerate(("ana", "ben")):
        talk(account, person, MONDAY + week * WEEK - DAY)
        measured(account, MONDAY + week * WEEK)
        keep_due_histories()
        assert len(weeks_of_all(made)) == week + 1
    assert not touched([made], MONDAY)[made.id].enough_people


def test_until_the_first_snapshot_nothing_is_known():
    account = AccountFactory()
    made = opened_now(account)
    for person in ("ana", "ben", "cho"):
        talk(account, person, MONDAY - 9 * DAY)

    told()
    found = touched([made], MONDAY)[made.id]
    assert (found.is_known, found.enough_people, found.here) == (False, False, [])


def test_taking_all_companies_below_from_one_above_leaves_nobody_alone():
    """Each of two leaves enough people beside it; both together would leave one."""
    parent, *below = (AccountFactory() for _ in range(3))
    with write():
        for child in below:
            set_parent(child, parent)
    for number, child in enumerate(below):
        for person in ("ana", "ben", "cho"):
            talk(child, f"{person} {number}", MONDAY - 9 * DAY)
    talk(parent, "dan", MONDAY - 9 * DAY)
    for account in (parent, *below):
        measured(account, MONDAY)
    told()

    is_told = {account_id: told_of for account_id, _at, _until, told_of, _deeds in stored()}
    assert is_told[parent.id]
    assert sorted(is_told[child.id] for child in below) == [False, True]


def test_two_people_in_one_meeting_had_one_touch():
    account = AccountFactory()
    measured(account, MONDAY)
    for person in ("ana", "ben", "cho"):
        meet(account, person, MONDAY - 9 * DAY)
    told()

    assert len(weeks_of(opened_now(account))) == 1


@pytest.mark.pure
@pytest.mark.parametrize("hours", [-169, -1, 0, 1, 167, 168, 4_000])
def test_a_week_is_that_of_its_monday(hours):
    at = MONDAY + timedelta(hours=hours)
    (deed,) = keeping.from_text(keeping.to_text([keeping.Happened(at, "ana", "question:1", False)]))

    assert deed.week == monday_of(at).toordinal()


def test_trees_are_read_in_a_constant_number_of_queries(queries):
    for _ in range(3):
        measured(AccountFactory(), MONDAY)
    with queries() as few:
        keeping.read_trees(next(keeping.due_trees()))
    for _ in range(20):
        talk(account := AccountFactory(), "ana", MONDAY - DAY)
        measured(account, MONDAY)
    with queries() as many:
        keeping.read_trees(next(keeping.due_trees()))

    assert len(many) == len(few)
    assert db.session.scalars(select(AffinityEvent.id)).first() is not None
