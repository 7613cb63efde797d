"""What other systems are to be told follows what happens to accounts: it is noted, and told within a minute."""

from __future__ import annotations

from app.affinity.events import AlertsChanged, SnapshotsKept
from app.exchange import happenings
from app.introductions.events import IntroductionChanged
from app.kernel.events import on


@on(SnapshotsKept)
def note_snapshots(event: SnapshotsKept) -> None:
    happenings.settle_snapshots(event.account_ids)


@on(AlertsChanged)
def note_alerts(event: AlertsChanged) -> None:
    happenings.settle_alerts(event.account_id)


@on(IntroductionChanged)
def note_introduction(event: IntroductionChanged) -> None:
    happenings.settle_introduction(event.introduction_id)
