"""Snapshots: when they are due, and that an earlier one is never changed."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.affinity.actions import keep_snapshots, measure
from app.affinity.models import AffinitySnapshot
from app.affinity.weekly import due_moment
from app.jobs.snapshots import take_due_snapshots, take_snapshots
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from tests.support.factories import AccountFactory, PersonFactory, QuestionFactory

MONDAY = datetime(2026, 3, 16, tzinfo=UTC)
WEEK = timedelta(days=7)


def taken() -> list[datetime]:
    return list(db.session.scalars(select(AffinitySnapshot.taken_at).order_by(AffinitySnapshot.taken_at)))


def test_the_first_snapshot_is_due_at_once_and_of_this_moment():
    assert due_moment(MONDAY + timedelta(hours=30)) == MONDAY + timedelta(hours=30)


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        (MONDAY - timedelta(seconds=1), MONDAY, MONDAY),
        (MONDAY, MONDAY + timedelta(days=6, hours=23), None),
        (MONDAY, MONDAY + WEEK, MONDAY + WEEK),
        (MONDAY, MONDAY + timedelta(days=9, hours=5), MONDAY + WEEK),
        (MONDAY, MONDAY + 3 * WEEK + timedelta(days=1), MONDAY + 3 * WEEK),
    ],
)
def test_snapshots_are_due_as_of_every_monday_and_missed_weeks_stay_missed(last, now, due):
    AccountFactory(at=MONDAY - WEEK)
    take_snapshots(last)

    assert due_moment(now) == due


def test_an_account_that_came_this_week_waits_for_the_next_monday():
    AccountFactory(at=MONDAY - WEEK)
    take_snapshots(MONDAY)
    AccountFactory(at=MONDAY + timedelta(hours=3))

    assert due_moment(MONDAY + timedelta(days=3)) is None
    assert due_moment(MONDAY + WEEK) == MONDAY + WEEK


def test_what_was_cut_short_goes_on_where_it_was(travel_to):
    accounts = [AccountFactory(at=MONDAY - WEEK) for _ in range(3)]
    take_snapshots(MONDAY - WEEK)
    with write():
        keep_snapshots([next(measure(MONDAY))])
    travel_to(MONDAY + timedelta(hours=2))
    deliver_pending()

    assert take_due_snapshots() == 2
    assert take_due_snapshots() == 0
    assert taken().count(MONDAY) == len(accounts)


def test_what_waits_since_before_monday_is_read_first(travel_to):
    account = AccountFactory(at=MONDAY - WEEK)
    take_snapshots(MONDAY - WEEK)
    QuestionFactory(author=PersonFactory(account=account, at=MONDAY - WEEK), at=MONDAY - timedelta(hours=1))
    travel_to(MONDAY + timedelta(minutes=5))
    assert take_due_snapshots() == 0

    deliver_pending()
    QuestionFactory(author=PersonFactory(account=account), at=MONDAY + timedelta(minutes=1))

    assert take_due_snapshots() == 1
    scores = db.session.scalars(select(AffinitySnapshot.score).order_by(AffinitySnapshot.taken_at))
    assert [score > 0 for score in scores] == [False, True]


def test_a_snapshot_sees_what_had_happened_by_then_and_stays_as_it_was():
    account = AccountFactory(at=MONDAY - timedelta(days=60))
    asker = PersonFactory(account=account, at=MONDAY - timedelta(days=60))
    QuestionFactory(author=asker, at=MONDAY - timedelta(days=1))
    deliver_pending()
    earlier, later = list(measure(MONDAY - WEEK)), list(measure(MONDAY))
    with write():
        assert keep_snapshots(earlier) == keep_snapshots(later) == 1
    QuestionFactory(author=asker, at=MONDAY - timedelta(days=8))
    deliver_pending()
    assert take_snapshots(MONDAY - WEEK) == 0

    scores = db.session.scalars(select(AffinitySnapshot.score).order_by(AffinitySnapshot.taken_at)).all()
    assert scores[0] == 0
    assert scores[1] == pytest.approx(later[0].score.score)
    assert scores[1] > 0
