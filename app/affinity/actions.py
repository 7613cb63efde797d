"""What can be done with affinity: measuring it, and noting who looked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.accounts.models import Account
from app.affinity import queries
from app.affinity.figures import Report, to_text
from app.affinity.models import AffinitySnapshot, ReportView
from app.affinity.purposes import USUAL, Purpose
from app.affinity.report import make_report
from app.affinity.score import Score
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


def measure(now: datetime) -> list[Measured]:
    """Score every account as seen at `now`. Only reads, and may take a while: not for inside a write transaction."""
    return list(_measure(now))


def _measure(now: datetime) -> Iterator[Measured]:
    for account_id, history in queries.histories(now).items():
        score, report = make_report(history, now)
        yield Measured(account_id=account_id, at=now, score=score, report=report)


def keep_snapshots(measured: Iterable[Measured]) -> int:
    """Store what was measured, and return how many were; a moment that was stored already stays as it was."""
    kept = 0
    for one in measured:
        same = select(AffinitySnapshot.id).where(
            AffinitySnapshot.account_id == one.account_id, AffinitySnapshot.taken_at == one.at
        )
        if db.session.scalar(same) is None:
            db.session.add(_snapshot(one))
            kept += 1
    db.session.flush()
    return kept


def record_view(viewer: Person, what: str, account: Account | None = None, purpose: Purpose = USUAL) -> None:
    """Note for the members and in the trail that `viewer` opened a report.

    `what` is the page or file, in words; `account` is None for all accounts of the viewer at once.
    """
    account_id = account.id if account else None
    db.session.add(ReportView(viewer_id=viewer.id, account_id=account_id, what=what, purpose=purpose))
    about: dict[str, Any] = {"account": account.id, "name": account.name} if account else {}
    audit.note("report.read", by=viewer, page=what, purpose=purpose, **about)


def _snapshot(one: Measured) -> AffinitySnapshot:
    return AffinitySnapshot(
        account_id=one.account_id,
        taken_at=one.at,
        score_version=one.score.score_version,
        score=one.score.score,
        active_people=one.score.active_people,
        overdue=one.score.overdue,
        report=to_text(one.report),
    )
