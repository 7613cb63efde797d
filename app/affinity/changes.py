"""What has changed since somebody last looked: between two stored snapshots, and among the alerts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select

from app.accounts.models import Account
from app.affinity.alerts import FOR_SALES
from app.affinity.figures import Report, from_text
from app.affinity.models import AffinitySnapshot, Alert, ReportView
from app.affinity.openings import Opened
from app.affinity.queries import snapshots_visible_to
from app.kernel import clock
from app.kernel.db import db
from app.people.models import Person

# Opening a page twice in a row, or printing it, is one look.
ONE_LOOK = timedelta(hours=1)
# What shows the report of one account.
REPORTS = (Opened.ACCOUNT, Opened.PAPER)


@dataclass(frozen=True, kw_only=True)
class SinceLastLook:
    """What somebody saw at `looked_at`, and what stands there now; numbers are None where none may be shown.

    `from_snapshot` and `to_snapshot` are when the two snapshots were taken; the same moment where nothing new was.
    """

    looked_at: datetime
    from_snapshot: datetime | None
    to_snapshot: datetime | None
    band_then: str | None
    band_now: str | None
    affinity_then: int | None
    affinity_now: int | None
    raised: Sequence[Alert]
    settled: Sequence[Alert]

    @property
    def change(self) -> int | None:
        """Points gained since then; None where one of the two may not be shown."""
        if self.affinity_then is None or self.affinity_now is None:
            return None
        return self.affinity_now - self.affinity_then


def since_last_look(viewer: Person, account: Account) -> SinceLastLook | None:
    """What has changed since `viewer` last opened this account's report; None if they never did.

    What was opened within the last hour is the present look.
    """
    now = clock.now()
    looked_at = _looked_at(viewer, account, now - ONE_LOOK)
    if looked_at is None:
        return None
    then, last = _snapshot_at(viewer, account, looked_at), _snapshot_at(viewer, account, now)
    seen, stands = _report(then), _report(last)
    standing = Alert.settled_at.is_(None)
    return SinceLastLook(
        looked_at=looked_at,
        from_snapshot=then.taken_at if then else None,
        to_snapshot=last.taken_at if last else None,
        band_then=seen.band if seen else None,
        band_now=stands.band if stands else None,
        affinity_then=seen.figures.affinity if seen and seen.figures else None,
        affinity_now=stands.figures.affinity if stands and stands.figures else None,
        raised=_alerts(account, Alert.raised_at > looked_at, standing),
        settled=_alerts(account, Alert.raised_at <= looked_at, Alert.settled_at > looked_at),
    )


def _looked_at(viewer: Person, account: Account, before: datetime) -> datetime | None:
    views = select(ReportView.at).where(ReportView.viewer_id == viewer.id, ReportView.account_id == account.id)
    # Whoever opened what the account may buy has not seen its report.
    views = views.where(ReportView.what.in_(REPORTS))
    return db.session.scalar(views.where(ReportView.at <= before).order_by(ReportView.at.desc()).limit(1))


def _snapshot_at(viewer: Person, account: Account, moment: datetime) -> AffinitySnapshot | None:
    """The snapshot that a report opened at `moment` showed."""
    taken = AffinitySnapshot.account_id == account.id, AffinitySnapshot.taken_at <= moment
    rows = snapshots_visible_to(viewer).where(*taken).order_by(AffinitySnapshot.taken_at.desc())
    return db.session.scalar(rows.limit(1))


def _report(snapshot: AffinitySnapshot | None) -> Report | None:
    return from_text(snapshot.report) if snapshot else None


def _alerts(account: Account, *which: ColumnElement[bool]) -> Sequence[Alert]:
    rows = select(Alert).where(Alert.account_id == account.id, Alert.kind.in_(FOR_SALES), *which)
    return db.session.scalars(rows.order_by(Alert.raised_at.desc(), Alert.id.desc())).all()
