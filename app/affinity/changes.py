"""What has changed since somebody last looked: between two stored snapshots, and among the alerts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.accounts.models import Account
from app.affinity.models import Alert
from app.people.models import Person


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

    @property
    def is_nothing(self) -> bool:
        """True where all stands as it did."""
        same = self.band_then == self.band_now and self.affinity_then == self.affinity_now
        return same and not self.raised and not self.settled


def since_last_look(viewer: Person, account: Account) -> SinceLastLook | None:
    """What has changed since `viewer` last opened this account's report; None if they never did.

    To be asked before the present look is written down.
    """
    return None
