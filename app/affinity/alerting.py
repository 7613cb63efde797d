"""Alerts made to agree with what is so now: raised once, and settled when it is over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select

from app.affinity.alerts import AlertKind
from app.affinity.conditions import Condition
from app.affinity.events import AlertsChanged
from app.affinity.models import Alert
from app.kernel import events
from app.kernel.db import db
from app.kernel.turns import take_turn

# Of these, one stands at a time, whatever it began with.
LASTING = frozenset({AlertKind.FALLING, AlertKind.KEY_PERSON, AlertKind.QUIET})


def settle(found: Iterable[Condition], now: datetime) -> None:
    """Raise what was `found` and was not raised, and settle what is over. In the open write transaction.

    What was settled stays settled: the same cause is told of once. It is found before, by app.affinity.conditions,
    since that reading takes longer than a write transaction should.
    """
    take_turn("alerts", 0)
    found = list(found)
    standing, known = _standing(), _known({one.cause for one in found})
    kept: set[int] = set()
    changed: set[int] = set()
    for one in found:
        agreeing = [alert for alert in standing[one.account_id, one.kind] if _is_same(alert, one)]
        kept.update(alert.id for alert in agreeing)
        if not agreeing and one.begins and (one.account_id, one.kind, one.cause) not in known:
            known.add((one.account_id, one.kind, one.cause))
            db.session.add(_alert(one, now))
            changed.add(one.account_id)
    for alert in (alert for alerts in standing.values() for alert in alerts if alert.id not in kept):
        alert.settled_at = now
        changed.add(alert.account_id)
    db.session.flush()
    for account_id in sorted(changed):
        events.record(AlertsChanged(account_id=account_id))


def _standing() -> dict[tuple[int, str], list[Alert]]:
    found: dict[tuple[int, str], list[Alert]] = defaultdict(list)
    for alert in db.session.scalars(select(Alert).where(Alert.settled_at.is_(None))):
        found[alert.account_id, alert.kind].append(alert)
    return found


def _known(causes: Collection[str]) -> set[tuple[int, str, str]]:
    rows = select(Alert.account_id, Alert.kind, Alert.cause).where(Alert.cause.in_(causes))
    return {(account_id, kind, cause) for account_id, kind, cause in db.session.execute(rows)}


def _is_same(alert: Alert, one: Condition) -> bool:
    return one.kind in LASTING or alert.cause == one.cause


def _alert(one: Condition, now: datetime) -> Alert:
    return Alert(
        account_id=one.account_id, kind=one.kind.value, cause=one.cause, question_id=one.question_id, raised_at=now
    )
