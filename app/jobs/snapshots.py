"""The weekly snapshot of how accounts get on."""

from __future__ import annotations

from app.affinity import actions, queries
from app.kernel import clock, events
from app.kernel.db import write


def take_due_snapshots() -> int:
    """Take this week's snapshot if it is missing, once nothing waits in the outbox that it ought to count."""
    now = clock.now()
    if events.pending_count() or not queries.is_snapshot_due(now):
        return 0
    measured = actions.measure(now)
    with write():
        return actions.keep_snapshots(measured)
