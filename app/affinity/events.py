"""What happened around the reports."""

from dataclasses import dataclass

from app.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class LookAsked(Event):
    """An expert or the stewards were asked to look at a question that waits."""

    name = "affinity.look_asked"

    question_id: int


@dataclass(frozen=True, kw_only=True)
class CountingChanged(Event):
    """Somebody does not want to be counted any more, or wants to be again; which of the two stands in the table."""

    name = "affinity.counting_changed"

    person_id: int


@dataclass(frozen=True, kw_only=True)
class SnapshotsKept(Event):
    """Snapshots of these accounts were kept, or measured again."""

    name = "affinity.snapshots_kept"

    account_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class AlertsChanged(Event):
    """An alert about an account was raised or is over."""

    name = "affinity.alerts_changed"

    account_id: int
