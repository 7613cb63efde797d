"""What somebody should know about an account without looking for it. An alert comes once, and ends when it is over."""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from app.affinity.models import Alert
from app.kernel.db import db
from app.people.models import Person


class AlertKind(enum.StrEnum):
    """What an alert says. QUIET is for the account's experts alone and never for sales."""

    FALLING = "falling"
    OVERDUE = "overdue"
    REACHED_THREE = "reached_three"
    ADVOCACY = "advocacy"
    KEY_PERSON = "key_person"
    QUIET = "quiet"

    @property
    def words(self) -> str:
        """The alert in one sentence, without the account's name."""
        return WORDS[self]


WORDS = {
    AlertKind.FALLING: "The affinity has fallen by ten or more in 90 days",
    AlertKind.OVERDUE: "A public question has waited for longer than three days",
    AlertKind.REACHED_THREE: "Three people have taken part: there are figures now",
    AlertKind.ADVOCACY: "They did something for other customers",
    AlertKind.KEY_PERSON: "More than half of the affinity rests on one person",
    AlertKind.QUIET: "Nobody has been heard of for four months",
}
FOR_SALES = tuple(kind for kind in AlertKind if kind is not AlertKind.QUIET)


def settle_alerts(now: datetime) -> None:
    """Raise what holds at `now` and was not raised, and settle what is over. In the open write transaction."""


def alerts_of(account_ids: Collection[int], viewer: Person) -> dict[int, list[Alert]]:
    """What `viewer` is to know of these accounts now, by account id, newest first; accounts without any are left out.

    Sales people read of the accounts they look after, without what is for experts alone.
    """
    return {}


def alerts_on_report(account_ids: Collection[int]) -> dict[int, list[Alert]]:
    """What stands on the report of each of these accounts now, for sales and members alike; as `alerts_of` otherwise.

    Whoever asks has made sure that the reader may read these reports.
    """
    now_on = Alert.account_id.in_(account_ids), Alert.settled_at.is_(None), Alert.kind.in_(FOR_SALES)
    rows = select(Alert).where(*now_on).order_by(Alert.raised_at.desc(), Alert.id.desc())
    found: dict[int, list[Alert]] = defaultdict(list)
    for alert in db.session.scalars(rows):
        found[alert.account_id].append(alert)
    return dict(found)
