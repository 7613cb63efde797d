"""Snapshots: when one is due, and that an earlier one is never changed."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.affinity.actions import keep_snapshots, measure
from app.affinity.models import AffinitySnapshot
from app.affinity.queries import is_snapshot_due
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from tests.support.factories import AccountFactory, PersonFactory, QuestionFactory

MONDAY = datetime(2026, 3, 16, tzinfo=UTC)


def test_the_first_snapshot_is_due_at_once():
    assert is_snapshot_due(MONDAY)


@pytest.mark.parametrize(
    ("taken", "now", "due"),
    [
        (MONDAY - timedelta(seconds=1), MONDAY, True),
        (MONDAY, MONDAY + timedelta(days=6, hours=23), False),
        (MONDAY, MONDAY + timedelta(days=7), True),
    ],
)
def test_a_snapshot_is_due_every_monday(taken, now, due):
    AccountFactory()
    with write():
        keep_snapshots(measure(taken))

    assert is_snapshot_due(now) is due


def test_a_snapshot_sees_what_had_happened_by_then_and_stays_as_it_was():
    account = AccountFactory(at=MONDAY - timedelta(days=60))
    asker = PersonFactory(account=account, at=MONDAY - timedelta(days=60))
    QuestionFactory(author=asker, at=MONDAY - timedelta(days=1))
    deliver_pending()
    earlier, later = measure(MONDAY - timedelta(days=7)), measure(MONDAY)
    with write():
        assert keep_snapshots(earlier) == keep_snapshots(later) == 1
    QuestionFactory(author=asker, at=MONDAY - timedelta(days=8))
    deliver_pending()
    with write():
        assert keep_snapshots(measure(MONDAY - timedelta(days=7))) == 0

    scores = db.session.scalars(select(AffinitySnapshot.score).order_by(AffinitySnapshot.taken_at)).all()
    assert scores[0] == 0
    assert scores[1] == pytest.approx(later[0].score.score)
    assert scores[1] > 0
