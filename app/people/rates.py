"""How often something was tried: counted in the database, so that a restart forgets nothing."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.kernel import clock
from app.kernel.db import db
from app.kernel.settings import settings
from app.people.models import RateCount

# A period is counted in this many steps, so that "ten in ten minutes" holds for any ten minutes, not by the clock.
STEPS = 10
LONGEST_PERIOD = timedelta(days=1)


@dataclass(frozen=True)
class Rate:
    """At most `most` of `what` in `period`."""

    what: str
    most: int
    period: timedelta

    @property
    def step(self) -> timedelta:
        return self.period / STEPS


SIGN_INS_OF_ACCOUNT = Rate("sign-in account", 10, timedelta(minutes=10))
SIGN_INS_FROM_PLACE = Rate("sign-in place", 30, timedelta(minutes=10))
WARNINGS_OF_ACCOUNT = Rate("sign-in warning", 1, timedelta(minutes=30))
SIGN_UPS_FROM_PLACE = Rate("sign-up place", 5, timedelta(hours=1))
LETTERS_TO_ADDRESS = Rate("letters address", 3, timedelta(hours=1))
# A letter takes a moment to write, and none takes none: nobody tries enough addresses to tell who is a member by that.
RESETS_FROM_PLACE = Rate("reset place", 30, timedelta(hours=1))
SECOND_FACTOR_TRIES = Rate("second factor", 10, timedelta(minutes=10))
WARNINGS_OF_SECOND_FACTOR = Rate("second factor warning", 1, timedelta(minutes=30))


def take(rate: Rate, who: str) -> int:
    """Count one try of `who`. Returns 0 if it is allowed, else the seconds to wait; a refused try is not counted."""
    if not settings().rate_limits:
        return 0
    key = _key(rate, who)
    moment = clock.now()
    # Whoever else counts the same waits here, so that nobody slips past the limit together with others.
    present = _locked(key, _start(moment, rate.step))
    counts = db.session.scalars(
        select(RateCount)
        .where(RateCount.key == key, RateCount.window_start > moment - rate.period, RateCount.count > 0)
        .order_by(RateCount.window_start)
    ).all()
    if sum(one.count for one in counts) >= rate.most:
        return max(1, math.ceil((counts[0].window_start + rate.period - moment).total_seconds()))
    present.count += 1
    db.session.flush()
    return 0


def forget(rate: Rate, who: str) -> None:
    """Start counting `who` from nothing."""
    db.session.execute(delete(RateCount).where(RateCount.key == _key(rate, who)))


def drop_old() -> None:
    """Remove what no period reaches back to."""
    db.session.execute(delete(RateCount).where(RateCount.window_start < clock.now() - LONGEST_PERIOD))


def _key(rate: Rate, who: str) -> str:
    # Hashed, so that the table tells nobody which addresses were tried.
    return f"{rate.what}:{hashlib.sha256(who.encode()).hexdigest()}"


def _locked(key: str, start: datetime) -> RateCount:
    """The count of the step that begins at `start`, made if it is the first, and nobody else's until the end."""
    rows = select(RateCount).where(RateCount.key == key, RateCount.window_start == start).with_for_update()
    found = db.session.scalar(rows)
    if found is not None:
        return found
    try:
        with db.session.begin_nested():
            made = RateCount(key=key, window_start=start, count=0)
            db.session.add(made)
        return made
    except IntegrityError:
        return db.session.scalars(rows).one()


def _start(moment: datetime, step: timedelta) -> datetime:
    seconds = step.total_seconds()
    return datetime.fromtimestamp(moment.timestamp() // seconds * seconds, tz=UTC)
