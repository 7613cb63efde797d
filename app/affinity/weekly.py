"""When the weekly snapshots are due: as of Monday, 0:00 UTC, however late the worker comes to it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from app.accounts.models import Account
from app.affinity.models import AffinitySnapshot
from app.kernel.clock import monday_of
from app.kernel.db import db


def due_moment(now: datetime) -> datetime | None:
    """The moment to measure every account at; None while nothing is due.

    That is the last Monday, 0:00 UTC, while an account that was there then has no snapshot of this week: a week in
    which the worker stood still is missed, and this week's is taken once. A site without any snapshot gets its first
    one of this very moment.
    """
    if db.session.scalar(select(func.max(AffinitySnapshot.taken_at))) is None:
        return now
    monday = monday_of(now)
    taken = select(AffinitySnapshot.account_id).where(AffinitySnapshot.taken_at >= monday)
    missing = select(Account.id).where(Account.created_at <= monday, Account.id.not_in(taken))
    return monday if db.session.scalar(missing.limit(1)) is not None else None
