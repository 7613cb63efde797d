"""Proving what members are shown of looks at reports: each that the trail tells of has its row, and each row its look.

The trail itself is proved by `app.people.trail_proof`; here it is believed.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, func, or_, select, tuple_

from app.affinity.models import ReportView
from app.affinity.openings import READ
from app.kernel.db import db
from app.people import audit
from app.people.models import AuditEntry
from app.people.trail_proof import PROVED, Broken, first_of_newest, noted_in

# Fetched at a time, so that any number of looks is proved in the same memory.
CHUNK = 1_000
# The deed of the trail by which an account goes, and with it what members were shown of it.
REMOVED = "accounts.removed"

LOST = "is a look at a report that members are shown no more: its row was taken away"
CHANGED = "is a look at a report, and members are shown another: its row was changed"
PUT_IN = "is no look at a report, and members are shown one: its row was put in"
TWICE = "is one look at a report, and members are shown more: a row was put in"
OF_NO_ENTRY = "of the looks that members are shown (report_views) belongs to no entry of the trail: it was put in"


class Look(NamedTuple):
    """Who looked at what, what for and when; `number` is that of the entry in the trail."""

    number: int
    is_told: bool
    viewer: int
    account: int | None
    what: str
    purpose: str
    at: datetime


def first_unlike(*, since: int | None = None) -> Broken | None:
    """The first entry from number `since` on whose look members are shown otherwise than the trail tells it.

    Without `since`, of all entries. Then the first row that belongs to no entry. None where both tell the same.
    """
    # A look may come while this reads. The rows are asked first, so that none of them is newer than the last entry.
    newest_row = db.session.scalar(select(func.max(ReportView.entry_id))) or 0
    last = audit.head()
    end = last.entry_id if last else 0
    off = _first_off(_told(since, end), _shown(since, end))
    if off is None and newest_row > end:
        return Broken(newest_row, PUT_IN)
    return off or _of_no_entry()


def newest_unlike(limit: int = PROVED) -> Broken | None:
    """As `first_unlike`, of the newest `limit` entries."""
    return first_unlike(since=first_of_newest(limit))


def how_many_shown(since: int | None = None) -> tuple[int, int]:
    """How many looks members are shown that stand in entries from `since` on, and in none as they are older."""
    shown = db.session.scalar(select(func.count(ReportView.id)).where(ReportView.entry_id >= (since or 1))) or 0
    older = db.session.scalar(select(func.count(ReportView.id)).where(ReportView.entry_id.is_(None))) or 0
    return shown, older


def _first_off(told: Iterable[Look], shown: Iterable[Look]) -> Broken | None:
    removed = _removals()
    by_number = attrgetter("number")
    for number, pair in groupby(heapq.merge(told, shown, key=by_number), key=by_number):
        wrong = _wrong_with(list(pair), removed)
        if wrong:
            return Broken(number, wrong)
    return None


def _wrong_with(looks: list[Look], removed: dict[int, int]) -> str | None:
    """What is wrong with all that is told and shown under one number; None where both are the same."""
    told = next((look for look in looks if look.is_told), None)
    shown = [look for look in looks if not look.is_told]
    if told is None:
        return PUT_IN
    if not shown:
        return None if _went_with_account(told, removed) else LOST
    if any(look._replace(is_told=True) != told for look in shown):
        return CHANGED
    return TWICE if len(shown) > 1 else None


def _went_with_account(told: Look, removed: dict[int, int]) -> bool:
    return told.account is not None and removed.get(told.account, 0) > told.number


def _removals() -> dict[int, int]:
    """The accounts that were removed, each with the number of the entry that tells so last."""
    rows = select(AuditEntry.id, AuditEntry.details).where(AuditEntry.deed == REMOVED).order_by(AuditEntry.id)
    return {noted_in(details).get("account", 0): number for number, details in db.session.execute(rows)}


def _told(since: int | None, end: int) -> Iterator[Look]:
    """The looks of the trail, in the order of their entries."""
    key = AuditEntry.id, AuditEntry.id
    rows = select(*key, AuditEntry.details, AuditEntry.at).where(AuditEntry.deed == READ)
    for number, _number, details, at in _in_chunks(rows, key, since, end):
        noted = noted_in(details)
        what, purpose = str(noted.get("page", "")), str(noted.get("purpose", ""))
        yield Look(number, True, noted.get(audit.BY, 0), noted.get("account"), what, purpose, at)


def _shown(since: int | None, end: int) -> Iterator[Look]:
    """The looks that members are shown, in the order of the entries that they belong to."""
    view = ReportView
    key = view.entry_id, view.id
    rows = select(*key, view.viewer_id, view.account_id, view.what, view.purpose, view.at)
    for number, _id, *rest in _in_chunks(rows, key, since, end):
        yield Look(number, False, *rest)


def _in_chunks(
    rows: Select[*tuple[Any, ...]], key: tuple[Any, Any], since: int | None, end: int
) -> Iterator[Row[*tuple[Any, ...]]]:
    """The rows from number `since` to `end`; `key` are their first two columns, by which they stand in order."""
    some = rows.where(key[0] <= end).order_by(*key).limit(CHUNK)
    found = db.session.execute(some if since is None else some.where(key[0] >= since)).all()
    while found:
        yield from found
        after = tuple_(*key) > tuple_(*found[-1][:2])
        found = db.session.execute(some.where(after)).all()


def _of_no_entry() -> Broken | None:
    """The first row without an entry that is not of the time before the trail told of looks."""
    first = db.session.scalar(select(AuditEntry.at).where(AuditEntry.deed == READ).order_by(AuditEntry.id).limit(1))
    is_later = ReportView.purpose != ""
    if first is not None:
        is_later = or_(is_later, ReportView.at >= first)
    rows = select(ReportView.id).where(ReportView.entry_id.is_(None), is_later).order_by(ReportView.id)
    found = db.session.scalar(rows.limit(1))
    return None if found is None else Broken(found, OF_NO_ENTRY, thing="Row")
