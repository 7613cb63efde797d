"""The weekly snapshot of how accounts get on."""

from __future__ import annotations

from datetime import datetime
from itertools import islice

from app.affinity import actions, weekly
from app.jobs.histories import keep_due_histories
from app.kernel import clock, events
from app.kernel.db import write
from app.kernel.settings import settings

KEPT_AT_ONCE = 100


def take_due_snapshots() -> int:
    """Take this week's snapshots where they are missing, once nothing waits in the outbox that they ought to count."""
    moment = weekly.due_moment(clock.now()) if settings().affinity_enabled else None
    oldest = events.oldest_waiting() if moment else None
    if moment is None or (oldest is not None and oldest <= moment):
        return 0
    return take_snapshots(moment)


def take_snapshots(moment: datetime) -> int:
    """Measure every account as seen at `moment`, and keep it in portions; those that are kept already stay.

    Returns how many were taken. Cut short, it goes on where it was when it is called again for the same moment.
    """
    measured, taken = actions.measure(moment), 0
    while some := list(islice(measured, KEPT_AT_ONCE)):
        with write():
            taken += actions.keep_snapshots(some)
    keep_due_histories()
    return taken
