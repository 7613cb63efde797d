"""What somebody should know about an account without looking for it. An alert comes once, and ends when it is over."""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Account
from app.accounts.queries import below, parents_of
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
# What concerns the reports above as well. The others say something about the figures of one report alone.
ROLLED_UP = AlertKind.OVERDUE


def alerts_of(account_ids: Collection[int], viewer: Person) -> dict[int, list[Alert]]:
    """What `viewer` is to know of these accounts now, by account id, newest first; accounts without any are left out.

    Of the accounts that they look after, and without what is for experts alone. What happened at a company below one of
    them stands there once: at the nearest that they look after.
    """
    theirs = _looked_after(account_ids, viewer)
    alerts = _alerts(on_reports_of(theirs), Alert.settled_at.is_(None))
    return _by_account(alerts, nearest_report({alert.account_id for alert in alerts}, theirs))


def alerts_on_report(account_id: int, family: Collection[int]) -> list[Alert]:
    """What stands on the report of an account now, for sales and members alike, newest first; each with its company.

    `family` is the account with everything below it. Whoever asks has made sure that the reader may read this report.
    """
    return _alerts(_shown([account_id], family), Alert.settled_at.is_(None))


def on_reports_of(account_ids: Collection[int]) -> ColumnElement[bool]:
    """The condition of the alerts that these reports show: their own, and what waits at the companies below them."""
    return _shown(account_ids, set[int]().union(*below(account_ids).values()))


def _shown(account_ids: Collection[int], with_below: Collection[int]) -> ColumnElement[bool]:
    rolled_up = Alert.account_id.in_(with_below) & (Alert.kind == ROLLED_UP)
    return Alert.kind.in_(FOR_SALES) & or_(Alert.account_id.in_(account_ids), rolled_up)


def nearest_report(account_ids: Collection[int], among: Collection[int]) -> dict[int, int]:
    """For each of these accounts the nearest `among` others: itself, or one above it. Those without are left out."""
    found = {}
    for account_id, above in parents_of(account_ids).items():
        nearest = next((one for one in (account_id, *above) if one in among), None)
        if nearest is not None:
            found[account_id] = nearest
    return found


def words_on_report(alert: Alert, account_id: int) -> str:
    """The alert in one sentence on the report of an account, with the name of its company where that is another one."""
    words = AlertKind(alert.kind).words
    return words if alert.account_id == account_id else f"{words} at {alert.account.name}"


def quiet_alerts(account_ids: Collection[int] | None = None) -> dict[int, Alert]:
    """Which of these accounts, or of all, nothing was heard from for months: for experts and stewards alone."""
    which = [] if account_ids is None else [Alert.account_id.in_(account_ids)]
    found = _alerts(Alert.kind == AlertKind.QUIET, Alert.settled_at.is_(None), *which)
    return {alert.account_id: alert for alert in reversed(found)}


def _alerts(*which: ColumnElement[bool]) -> list[Alert]:
    rows = select(Alert).where(*which).options(joinedload(Alert.account))
    return list(db.session.scalars(rows.order_by(Alert.raised_at.desc(), Alert.id.desc())))


def _by_account(alerts: Sequence[Alert], report_of: dict[int, int]) -> dict[int, list[Alert]]:
    found: dict[int, list[Alert]] = defaultdict(list)
    for alert in alerts:
        found[report_of[alert.account_id]].append(alert)
    return dict(found)


def _looked_after(account_ids: Collection[int], viewer: Person) -> set[int]:
    theirs = visible_to(viewer).where(Account.id.in_(account_ids)).with_only_columns(Account.id)
    return set(db.session.scalars(theirs))
