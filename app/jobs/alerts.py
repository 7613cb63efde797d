"""Alerts about accounts: now and then, since a question may begin to wait for too long, and after each snapshot."""

from __future__ import annotations

from app.affinity.alerting import settle
from app.affinity.conditions import conditions
from app.kernel import clock
from app.kernel.db import write
from app.kernel.settings import settings


def settle_alerts() -> None:
    """Raise what is new and settle what is over; read before the transaction opens, which is short by that."""
    if not settings().affinity_enabled:
        return
    now = clock.now()
    found = conditions(now)
    with write():
        settle(found, now)
