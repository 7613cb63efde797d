"""Measuring reports anew where somebody does not want to be counted any more, or wants to be again: at night."""

from __future__ import annotations

from app.affinity import remeasuring
from app.jobs.histories import keep_due_histories
from app.kernel import clock
from app.kernel.db import write


def measure_due_again() -> int:
    """Measure the accounts that are due, a tree at a time, and keep each by itself; returns how many were.

    What opportunities tell of accounts follows at once, and where it is behind the snapshots for any other reason.
    """
    due = remeasuring.due_accounts(clock.now())
    for together in remeasuring.by_tree(due):
        measured = remeasuring.measure_again([one.account_id for one in together])
        for one in together:
            with write():
                remeasuring.keep_measured_again(one, [each for each in measured if each.account_id == one.account_id])
    keep_due_histories()
    return len(due)
