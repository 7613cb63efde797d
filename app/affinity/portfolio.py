"""All accounts side by side, and each as a line of a file."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select

from app.accounts.models import Account
from app.accounts.queries import below
from app.affinity import queries
from app.affinity.figures import Report, from_text
from app.affinity.models import AffinitySnapshot
from app.affinity.score import OVERDUE_AFTER, PART_POINTS
from app.affinity.table import Cell
from app.kernel.db import db

FALLING = -5

# A file holds these columns and no others: none of them is about a person.
COLUMNS = (
    "snapshot_date",
    "account_id",
    "crm_id",
    "account_name",
    "band",
    "affinity",
    "affinity_delta_90d",
    "breadth",
    "depth",
    "reciprocity",
    "responsiveness",
    "advocacy",
    "active_people_bucket",
    "open_questions",
    "oldest_open_hours",
    "median_first_answer_h",
    "solve_rate",
    "confidence",
    "score_version",
)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One account: the last snapshot, and live what waits for an answer (`waiting`: when it was asked).

    `family` are the account itself and those below it, by id.
    `snapshot` and `report` are None for an account that is newer than the last snapshot.
    """

    account: Account
    family: Collection[int]
    snapshot: AffinitySnapshot | None
    report: Report | None
    curve: Sequence[tuple[datetime, int]]
    waiting: Sequence[datetime]
    now: datetime

    @property
    def overdue(self) -> int:
        """How many open questions are older than three days."""
        return sum(self.now - asked_at > OVERDUE_AFTER for asked_at in self.waiting)

    @property
    def oldest_hours(self) -> int | None:
        """How long the oldest open question has waited."""
        return (self.now - min(self.waiting)) // timedelta(hours=1) if self.waiting else None

    @property
    def needs_attention(self) -> tuple[bool, int, bool, int]:
        """Sorts accounts: overdue questions first, then falling affinity, then high affinity; early ones last."""
        figures = self.report.figures if self.report else None
        falling = figures is not None and figures.change is not None and figures.change <= FALLING
        return self.overdue == 0, -self.overdue, not falling, -figures.affinity if figures else 1


def lines(accounts: Select[Account], snapshots: Select[AffinitySnapshot], now: datetime) -> list[Line]:
    """A line for each of these accounts, from these snapshots: what needs attention first."""
    found = db.session.scalars(accounts.order_by(Account.name)).all()
    last, curves = queries.latest(snapshots), queries.curves(snapshots, now)
    families = below([account.id for account in found])
    waiting = queries.open_since(families)
    made = [
        Line(
            account=account,
            family=families[account.id],
            snapshot=last.get(account.id),
            report=from_text(last[account.id].report) if account.id in last else None,
            curve=curves.get(account.id, ()),
            waiting=waiting.get(account.id, ()),
            now=now,
        )
        for account in found
    ]
    return sorted(made, key=lambda line: line.needs_attention)


def record(line: Line) -> dict[str, Cell]:
    """What a file says of an account, by column; None where nothing may or can be said."""
    report, snapshot = line.report, line.snapshot
    figures = report.figures if report else None
    parts = figures.parts if figures else dict.fromkeys(PART_POINTS.__slots__)
    cells: dict[str, Cell] = {
        "snapshot_date": snapshot.taken_at.date().isoformat() if snapshot else None,
        "account_id": line.account.id,
        "crm_id": line.account.crm_id,
        "account_name": line.account.name,
        "band": report.band if report else None,
        "affinity": figures.affinity if figures else None,
        "affinity_delta_90d": figures.change if figures else None,
        **parts,
        "active_people_bucket": report.people if report else None,
        "open_questions": len(line.waiting),
        "oldest_open_hours": line.oldest_hours,
        "median_first_answer_h": figures.service.first_answer_hours if figures else None,
        "solve_rate": figures.service.solve_rate if figures else None,
        "confidence": report.confidence if report else None,
        "score_version": snapshot.score_version if snapshot else None,
    }
    return {column: cells[column] for column in COLUMNS}
