"""Messages about accounts, made from what the report lets through, once for each address that is told."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from app.accounts.models import Account, Status
from app.affinity import portfolio
from app.affinity.alerts import FOR_SALES
from app.affinity.models import AffinitySnapshot, Alert
from app.affinity.portfolio import Line
from app.affinity.score import PART_POINTS
from app.exchange import schema
from app.exchange.models import Webhook, WebhookMessage
from app.introductions.models import Introduction
from app.kernel.db import db
from app.kernel.settings import settings

# What is older is told to nobody any more, and its messages may be forgotten after KEPT_FOR.
TOLD_WITHIN = timedelta(days=30)
KEPT_FOR = timedelta(days=90)
CHUNK = 200
# The same happening has the same id however often, and to however many, it is told.
NAMES = UUID("6a3f9f0e-5d5b-4c55-9a3e-0d1c8f6f6b52")


@dataclass(frozen=True, order=True)
class Happening:
    """Something to tell about an account: what, about whom, where it can be read, and the id it is known by."""

    account_id: int
    event: str
    path: str
    uid: str


def happenings(since: datetime) -> list[Happening]:
    """What happened to accounts after `since`: their last snapshots, alerts, and requests of their members."""
    return sorted([*_snapshots(since), *_alerts(since), *_introductions(since)])


def still_to_tell(webhook: Webhook, now: datetime) -> list[Happening]:
    """What this address has not been told, since it is told anything."""
    since = max(webhook.made_at, now - TOLD_WITHIN)
    told = select(WebhookMessage.uid).where(WebhookMessage.webhook_id == webhook.id)
    known = set(db.session.scalars(told))
    return [one for one in happenings(since) if one.uid not in known]


def compose(told: Sequence[Happening], now: datetime) -> dict[str, str]:
    """The messages in JSON by their ids. An account without a snapshot, or that is a partner by now, has none."""
    found = {}
    for start in range(0, len(told), CHUNK):
        chunk = told[start : start + CHUNK]
        lines = {line.account.id: line for line in _lines({one.account_id for one in chunk}, now)}
        for one in chunk:
            line = lines.get(one.account_id)
            if line is not None and line.snapshot is not None and line.report is not None:
                message = _message(one, portfolio.record(line))
                schema.check(message)
                found[one.uid] = json.dumps(message, ensure_ascii=False, sort_keys=True)
    return found


def _lines(account_ids: Collection[int], now: datetime) -> list[Line]:
    theirs = select(Account).where(Account.id.in_(account_ids), _is_customer())
    snapshots = select(AffinitySnapshot).where(AffinitySnapshot.account_id.in_(account_ids))
    return portfolio.lines(theirs, snapshots, now)


def _message(one: Happening, record: dict[str, Any]) -> dict[str, Any]:
    parts = {name: record[name] for name in PART_POINTS.__slots__}
    return {
        "event": one.event,
        "event_id": one.uid,
        "snapshot_date": record["snapshot_date"],
        "score_version": record["score_version"],
        "account": {"id": str(record["account_id"]), "crm_id": record["crm_id"], "name": record["account_name"]},
        "affinity": {
            "band": record["band"],
            "score": record["affinity"],
            "delta_90d": record["affinity_delta_90d"],
            "parts": None if record["affinity"] is None else parts,
        },
        "open_questions": record["open_questions"],
        "oldest_open_hours": record["oldest_open_hours"],
        "report_url": settings().base_url + one.path,
    }


def _snapshots(since: datetime) -> Iterable[Happening]:
    """The last snapshot of each customer, and that again when it was measured again."""
    newest = aliased(AffinitySnapshot)
    last = select(func.max(newest.taken_at)).where(newest.account_id == AffinitySnapshot.account_id)
    told_at = func.coalesce(AffinitySnapshot.measured_again_at, AffinitySnapshot.taken_at)
    rows = (
        select(AffinitySnapshot.account_id, AffinitySnapshot.id, AffinitySnapshot.measured_again_at)
        .join(Account, Account.id == AffinitySnapshot.account_id)
        .where(AffinitySnapshot.taken_at == last.scalar_subquery(), told_at >= since, _is_customer())
    )
    for account_id, snapshot_id, again_at in db.session.execute(rows):
        uid = _uid("snapshot", snapshot_id, again_at)
        yield Happening(account_id, schema.UPDATED, f"/sales/accounts/{account_id}", uid)


def _alerts(since: datetime) -> Iterable[Happening]:
    """What sales is told too: nothing that is for the account's experts alone."""
    rows = select(Alert.account_id, Alert.id).where(Alert.raised_at >= since, Alert.kind.in_(FOR_SALES))
    for account_id, alert_id in db.session.execute(rows):
        yield Happening(account_id, schema.ALERT, f"/sales/accounts/{account_id}", _uid("alert", alert_id))


def _introductions(since: datetime) -> Iterable[Happening]:
    waits = Introduction.made_at >= since, Introduction.ended_at.is_(None)
    rows = select(Introduction.account_id, Introduction.id).where(*waits)
    for account_id, introduction_id in db.session.execute(rows):
        if account_id is not None:
            path = f"/sales/introductions/{introduction_id}"
            yield Happening(account_id, schema.GRANTED, path, _uid("introduction", introduction_id))


def _is_customer() -> ColumnElement[bool]:
    return Account.status == Status.CUSTOMER


def _uid(what: str, number: int, again_at: datetime | None = None) -> str:
    again = f" {again_at.isoformat()}" if again_at else ""
    return str(uuid5(NAMES, f"{settings().base_url} {what} {number}{again}"))
