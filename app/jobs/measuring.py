"""Measuring reports anew where somebody does not want to be counted any more, or wants to be again: at night."""

from __future__ import annotations

from app.affinity import remeasuring
from app.kernel import clock
from app.kernel.db import write


def measure_due_again() -> int:
    """Measure the accounts that are due, each in a transaction of its own; returns how many were."""
    due = remeasuring.due_accounts(clock.now())
    for one in due:
        measured = remeasuring.measure_again(one.account_id)
        with write():
            remeasuring.keep_measured_again(one, measured)
    return len(due)
