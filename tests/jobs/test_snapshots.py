"""The worker takes one snapshot a week, and not before the outbox is empty."""

from sqlalchemy import func, select

from app.affinity.models import AffinitySnapshot
from app.jobs.snapshots import take_due_snapshots
from app.kernel.db import db
from app.kernel.events import deliver_pending
from tests.support.factories import AccountFactory, PersonFactory


def test_this_weeks_snapshot_is_taken_once_and_after_the_outbox_is_empty():
    PersonFactory(account=AccountFactory())

    assert take_due_snapshots() == 0
    deliver_pending()
    assert take_due_snapshots() == 1
    assert take_due_snapshots() == 0
    assert db.session.scalar(select(func.count(AffinitySnapshot.id))) == 1
