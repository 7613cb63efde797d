"""What somebody should know about an account without looking for it. An alert comes once, and ends when it is over."""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import ColumnElement, select

from app.accounts.models import Account
from app.affinity.models import Alert
from app.affinity.queries import visible_to
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
    AlertKind.QUIET: "Nothing was heard from them for four months",
}
FOR_SALES = tuple(kind for kind in AlertKind if kind is not AlertKind.QUIET)


def alerts_of(account_ids: Collection[int], viewer: Person) -> dict[int, list[Alert]]:
    """What `viewer` is to know of these accounts now, by account id, newest first; accounts without any are left out.

    Of the accounts that they look after, and without what is for experts alone.
    """
    return alerts_on_report(_looked_after(account_ids, viewer))


def alerts_on_report(account_ids: Collection[int]) -> dict[int, list[Alert]]:
    """What stands on the report of each of these accounts now, for sales and members alike; as `alerts_of` otherwise.

    Whoever asks has made sure that the reader may read these reports.
    """
    return _by_account(Alert.account_id.in_(account_ids), Alert.settled_at.is_(None), Alert.kind.in_(FOR_SALES))


def quiet_alerts(account_ids: Collection[int] | None = None) -> dict[int, Alert]:
    """Which of these accounts, or of all, nothing was heard from for months: for experts and stewards alone."""
    which = [] if account_ids is None else [Alert.account_id.in_(account_ids)]
    found = _by_account(Alert.kind == AlertKind.QUIET, Alert.settled_at.is_(None), *which)
    return {account_id: alerts[0] for account_id, alerts in found.items()}


def _by_account(*which: ColumnElement[bool]) -> dict[int, list[Alert]]:
    rows = select(Alert).where(*which).order_by(Alert.raised_at.desc(), Alert.id.desc())
    found: dict[int, list[Alert]] = defaultdict(list)
    for alert in db.session.scalars(rows):
        found[alert.account_id].append(alert)
    return dict(found)


def _looked_after(account_ids: Collection[int], viewer: Person) -> set[int]:
    theirs = visible_to(viewer).where(Account.id.in_(account_ids)).with_only_columns(Account.id)
    return set(db.session.scalars(theirs))
