"""Messages about accounts, made from what the report lets through."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.accounts.models import Account, Status
from app.affinity import portfolio
from app.affinity.models import AffinitySnapshot
from app.affinity.portfolio import Line
from app.affinity.score import PART_POINTS
from app.exchange import schema
from app.exchange.models import Happening
from app.kernel.settings import settings


def compose(told: Sequence[Happening], now: datetime) -> dict[str, str]:
    """The messages in JSON by their ids. An account without a snapshot, or that is a partner by now, has none."""
    lines = {line.account.id: line for line in _lines({one.account_id for one in told}, now)}
    found = {}
    for one in told:
        line = lines.get(one.account_id)
        if line is not None and line.snapshot is not None and line.report is not None:
            message = _message(one, portfolio.record(line))
            schema.check(message)
            found[one.uid] = json.dumps(message, ensure_ascii=False, sort_keys=True)
    return found


def _lines(account_ids: Collection[int], now: datetime) -> list[Line]:
    theirs = select(Account).where(Account.id.in_(account_ids), Account.status == Status.CUSTOMER)
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
