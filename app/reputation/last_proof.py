"""When the ledger was last proved at night, and whether that found a number that is not what it says."""

from __future__ import annotations

from datetime import datetime

from app.kernel import clock
from app.kernel.db import db
from app.reputation.models import ReputationCheck

ONLY = 1


def last_check() -> ReputationCheck | None:
    """The last proof; None where there was none yet."""
    return db.session.get(ReputationCheck, ONLY)


def is_due(since: datetime) -> bool:
    """True where nothing was proved since then."""
    last = last_check()
    return last is None or last.checked_at < since


def keep(*, differences: int, under_older_rules: int) -> None:
    """Keep what was found now."""
    check = last_check()
    if check is None:
        check = ReputationCheck(id=ONLY)
        db.session.add(check)
    check.checked_at, check.differences, check.under_older_rules = clock.now(), differences, under_older_rules
