"""What has changed since somebody last looked: between two stored snapshots, and among the alerts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Account
from app.accounts.queries import looked_after_at, parents_of
from app.affinity.alerts import ROLLED_UP, on_reports_of
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

    `from_snapshot` and `to_snapshot` are when the two snapshots were taken; the same moment where nothing new was. What
    somebody saw of a company below on its own report, or on another one above it, is not new here.
    """

    account_id: int
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
    looked_at = _looks(viewer, [account.id], now - ONE_LOOK).get(account.id)
    if looked_at is None:
        return None
    then, last = _snapshot_at(viewer, account, looked_at), _snapshot_at(viewer, account, now)
    seen, stands = _report(then), _report(last)
    alerts = _with_looks(viewer, _alerts_since(account, looked_at), now - ONE_LOOK)
    return SinceLastLook(
        account_id=account.id,
        looked_at=looked_at,
        from_snapshot=then.taken_at if then else None,
        to_snapshot=last.taken_at if last else None,
        band_then=seen.band if seen else None,
        band_now=stands.band if stands else None,
        affinity_then=seen.figures.affinity if seen and seen.figures else None,
        affinity_now=stands.figures.affinity if stands and stands.figures else None,
        raised=[one for one, seen_at in alerts if one.settled_at is None and one.raised_at > seen_at],
        settled=[one for one, seen_at in alerts if one.settled_at and one.raised_at <= seen_at < one.settled_at],
    )


def new_to(viewer: Person, alerts: Collection[Alert], looked_at: datetime) -> set[int]:
    """Those of these alerts, by id, that did not stand on the viewer's list of accounts when they looked at it.

    They were raised since, or stand on no report of an account that the viewer looked after then.
    """
    seen = [alert for alert in alerts if alert.raised_at <= looked_at]
    if seen:
        theirs = set(db.session.scalars(looked_after_at(viewer, looked_at)))
        seen = [alert for alert, reports in _shown_on(seen).items() if not theirs.isdisjoint(reports)]
    return {alert.id for alert in alerts} - {alert.id for alert in seen}


def _looks(viewer: Person, account_ids: Collection[int], before: datetime) -> dict[int, datetime]:
    """When `viewer` last opened the report of each of these accounts; those that they never did are left out."""
    # Whoever opened what the account may buy has not seen its report.
    theirs = ReportView.viewer_id == viewer.id, ReportView.what.in_(REPORTS), ReportView.at <= before
    rows = select(ReportView.account_id, func.max(ReportView.at)).where(ReportView.account_id.in_(account_ids), *theirs)
    found = db.session.execute(rows.group_by(ReportView.account_id))
    return {account_id: at for account_id, at in found if account_id is not None}


def _snapshot_at(viewer: Person, account: Account, moment: datetime) -> AffinitySnapshot | None:
    """The snapshot that a report opened at `moment` showed."""
    taken = AffinitySnapshot.account_id == account.id, AffinitySnapshot.taken_at <= moment
    rows = snapshots_visible_to(viewer).where(*taken).order_by(AffinitySnapshot.taken_at.desc())
    return db.session.scalar(rows.limit(1))


def _report(snapshot: AffinitySnapshot | None) -> Report | None:
    return from_text(snapshot.report) if snapshot else None


def _alerts_since(account: Account, moment: datetime) -> Sequence[Alert]:
    """What rose or ended on the report of an account after a moment, the newest first."""
    since = or_(Alert.raised_at > moment, Alert.settled_at > moment)
    rows = select(Alert).where(on_reports_of([account.id]), since).options(joinedload(Alert.account))
    return db.session.scalars(rows.order_by(Alert.raised_at.desc(), Alert.id.desc())).all()


def _with_looks(viewer: Person, alerts: Sequence[Alert], before: datetime) -> list[tuple[Alert, datetime]]:
    """Each alert with when `viewer` last opened one of the reports that show it."""
    shown_on = _shown_on(alerts)
    looks = _looks(viewer, set[int]().union(*shown_on.values()), before)
    return [(alert, max(looks[one] for one in reports if one in looks)) for alert, reports in shown_on.items()]


def _shown_on(alerts: Collection[Alert]) -> dict[Alert, list[int]]:
    """The accounts whose reports show each of these alerts."""
    above = parents_of({alert.account_id for alert in alerts if alert.kind == ROLLED_UP})
    return {
        alert: [alert.account_id, *(above[alert.account_id] if alert.kind == ROLLED_UP else ())] for alert in alerts
    }
