"""What can be done with affinity: measuring it, and noting who looked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from app.accounts.models import Account
from app.affinity.events import SnapshotsKept
from app.affinity.figures import Report, to_text
from app.affinity.histories import every_parent, histories
from app.affinity.models import AffinitySnapshot, ReportView
from app.affinity.openings import READ
from app.affinity.purposes import USUAL, Purpose
from app.affinity.remainders import withhold
from app.affinity.report import Made, make
from app.affinity.score import Score
from app.kernel import events
from app.kernel.db import db
from app.people import audit
from app.people.models import Person


@dataclass(frozen=True, kw_only=True)
class Measured:
    """The score and the report of one account at one time, not stored yet."""

    account_id: int
    at: datetime
    score: Score
    report: Report
    shown_until: datetime | None = None
    withheld: bool = False

    @classmethod
    def of(cls, account_id: int, at: datetime, made: Made) -> Measured:
        """What was made of an account at a time."""
        return cls(
            account_id=account_id,
            at=at,
            score=made.score,
            report=made.report,
            shown_until=made.shown_until,
            withheld=made.withheld,
        )


def measure(now: datetime) -> Iterator[Measured]:
    """Score every account as seen at `now`, with all that stands below it.

    Only reads, a portion of the accounts at a time, and takes a while: not for inside a write transaction.
    """
    made = ((account_id, make(history, now)) for account_id, history in histories(now))
    for account_id, one in withhold(made, every_parent()):
        yield Measured.of(account_id, now, one)


def keep_snapshots(measured: Iterable[Measured]) -> int:
    """Store what was measured, and return how many were; a moment that was stored already stays as it was."""
    found = list(measured)
    moments, account_ids = {one.at for one in found}, {one.account_id for one in found}
    stored = select(AffinitySnapshot.account_id, AffinitySnapshot.taken_at).where(
        AffinitySnapshot.account_id.in_(account_ids), AffinitySnapshot.taken_at.in_(moments)
    )
    kept = {tuple(row) for row in db.session.execute(stored)}
    new = {(one.account_id, one.at): one for one in found if (one.account_id, one.at) not in kept}
    if new:
        db.session.execute(insert(AffinitySnapshot), [as_row(one) for one in new.values()])
        events.record(SnapshotsKept(account_ids=sorted({one.account_id for one in new.values()})))
    return len(new)


def record_view(viewer: Person, what: str, account: Account | None = None, purpose: Purpose = USUAL) -> None:
    """Note for the members and in the trail that `viewer` opened a report: each time, however soon after the last.

    `what` is of app.affinity.openings; `account` is None for all accounts of the viewer at once.
    """
    about: dict[str, Any] = {"account": account.id, "name": account.name} if account else {}
    entry = audit.note(READ, by=viewer, page=what, purpose=purpose, **about)
    view = ReportView(viewer_id=viewer.id, account_id=account.id if account else None, what=what, purpose=purpose)
    view.entry_id, view.at = entry.id, entry.at
    db.session.add(view)


def as_row(one: Measured) -> dict[str, Any]:
    """The columns of a snapshot."""
    return {
        "account_id": one.account_id,
        "taken_at": one.at,
        "score_version": one.score.score_version,
        "score": one.score.score,
        "active_people": one.score.active_people,
        "overdue": one.score.overdue,
        "shown_until": one.shown_until,
        "withheld": one.withheld,
        "report": to_text(one.report),
    }
