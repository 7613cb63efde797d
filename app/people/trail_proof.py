"""Proving the trail: whether an entry of it was changed, taken away or put in since it was written."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select, true

from app.kernel import clock
from app.kernel.db import db
from app.people.audit import ABOUT, BY, NUMBER, head, proof_of_end, seal_of
from app.people.models import AuditEntry, AuditHead, AuditTail, Person

# Read at a time, so that a trail of any length is proved in the same memory.
CHUNK = 1_000
# Entries that are proved where nobody waits for all of them, the newest.
PROVED = 5_000


@dataclass(frozen=True)
class Broken:
    """The first entry that is not as it was written, and what is wrong with it, as the rest of a sentence.

    `thing` is what the number counts, where that is something beside the trail.
    """

    number: int
    says: str
    thing: str = "Entry"

    def __str__(self) -> str:
        return f"{self.thing} {self.number} {self.says}."


class Line(NamedTuple):
    """An entry as it is read for proving it."""

    id: int
    seal: str
    at: datetime
    deed: str
    details: str
    actor_id: int | None
    about_id: int | None


COLUMNS = tuple(getattr(AuditEntry, name) for name in Line._fields)
CHANGED = "was changed, or one was put in or taken away before it"
MISSING = "was taken away"
RENUMBERED = "has another number than it was written with"
ENDLESS = "may have been taken away: what told where the trail ends is gone, or was changed"


def first_broken(*, since: int | None = None, seal: str = "") -> Broken | None:
    """The first entry from number `since` on that is not as it was written; None where all of them are.

    Without `since`, of all entries. The end of the trail is compared with the heads that were kept on each day, with
    what was kept as its end, and with the `seal` of one that somebody noted elsewhere: entries taken away from the end
    show in these alone.
    """
    return _first_in_chain(since) or _first_off_heads(since) or _off_end() or _off_noted(seal)


def newest_broken(limit: int = PROVED) -> Broken | None:
    """As `first_broken`, of the newest `limit` entries."""
    return first_broken(since=first_of_newest(limit))


def first_of_newest(limit: int = PROVED) -> int | None:
    """The number at which the newest `limit` entries begin; None where there are not so many."""
    ids = select(AuditEntry.id).order_by(AuditEntry.id.desc()).offset(limit - 1).limit(1)
    return db.session.scalar(ids)


def keep_head() -> AuditHead | None:
    """Keep where the trail ends, once a day (UTC). Returns what is kept for today; None while there is no entry."""
    today = clock.now().date()
    kept, last = db.session.get(AuditHead, today), head()
    if kept is not None or last is None:
        return kept
    kept = AuditHead(day=today, entry_id=last.entry_id, seal=last.seal)
    db.session.add(kept)
    return kept


def kept_head() -> AuditHead | None:
    """The head that was kept last; None before the first."""
    return db.session.scalar(select(AuditHead).order_by(AuditHead.day.desc()).limit(1))


def noted_in(details: str) -> dict[str, Any]:
    """What an entry tells, whatever somebody made of it: nothing where that is no object of JSON."""
    try:
        found = json.loads(details)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _first_in_chain(since: int | None) -> Broken | None:
    before = _before(since)
    for chunk in _chunks(before.id if before else None):
        broken = _first_in(chunk, before) or _pointing_at_nobody(chunk)
        if broken:
            return broken
        before = chunk[-1]
    return None


def _before(since: int | None) -> Line | None:
    if since is None:
        return None
    rows = select(*COLUMNS).where(AuditEntry.id < since).order_by(AuditEntry.id.desc())
    found = db.session.execute(rows.limit(1)).first()
    return Line(*found) if found else None


def _chunks(after: int | None) -> Iterator[list[Line]]:
    while True:
        rows = select(*COLUMNS).order_by(AuditEntry.id).limit(CHUNK)
        some = rows if after is None else rows.where(AuditEntry.id > after)
        found = [Line(*row) for row in db.session.execute(some)]
        if not found:
            return
        after = found[-1].id
        yield found


def _first_in(chunk: list[Line], before: Line | None) -> Broken | None:
    for entry in chunk:
        broken = _broken(entry, before)
        if broken:
            return broken
        before = entry
    return None


def _broken(entry: Line, before: Line | None) -> Broken | None:
    """What is wrong with an entry, given that the one before it is as it was written."""
    noted = noted_in(entry.details)
    expected = before.id + 1 if before else 1
    is_sealed = hmac.compare_digest(entry.seal, _seal(entry, before))
    if not is_sealed and noted.get(NUMBER) == entry.id > expected:
        return Broken(expected, MISSING)
    if not is_sealed or not _points_right(entry, noted):
        return Broken(entry.id, CHANGED)
    if noted.get(NUMBER, entry.id) != entry.id:
        return Broken(entry.id, RENUMBERED)
    return None


def _seal(entry: Line, before: Line | None) -> str:
    return seal_of(before.seal if before else "", entry.at, entry.deed, entry.details)


def _points_right(entry: Line, noted: dict[str, Any]) -> bool:
    """The people may be gone, but they are nobody else than those who were noted."""
    by, about = noted.get(BY, 0), noted.get(ABOUT, 0)
    return (entry.actor_id or by) == by and (entry.about_id or about) == about


def _pointing_at_nobody(chunk: list[Line]) -> Broken | None:
    """The first that points at nobody although whom it was about is still here."""
    lost = {(entry.id, noted_id) for entry in chunk for noted_id in _lost_of(entry)}
    if not lost:
        return None
    rows = select(Person.id, Person.joined_at).where(Person.id.in_({person_id for _id, person_id in lost}))
    # A number that became free may be somebody else's by now, who came after the entry.
    here = {row.id: row.joined_at for row in db.session.execute(rows)}
    made = {entry.id: entry.at for entry in chunk}
    wrong = [number for number, person_id in lost if person_id in here and here[person_id] <= made[number]]
    return Broken(min(wrong), CHANGED) if wrong else None


def _lost_of(entry: Line) -> list[int]:
    noted = noted_in(entry.details)
    pairs = (entry.actor_id, noted.get(BY, 0)), (entry.about_id, noted.get(ABOUT, 0))
    return [person_id for held, person_id in pairs if held is None and person_id]


def _first_off_heads(since: int | None) -> Broken | None:
    """The first entry at which a day's head and the trail differ."""
    rows = (
        select(AuditHead.entry_id, AuditHead.seal, AuditEntry.seal.label("now"))
        .join(AuditEntry, AuditEntry.id == AuditHead.entry_id, isouter=True)
        .where(AuditHead.entry_id >= (since or 0))
        .order_by(AuditHead.entry_id)
    )
    for kept in db.session.execute(rows):
        if kept.now is None:
            return Broken(_next_number(), MISSING)
        if not hmac.compare_digest(kept.seal, kept.now):
            return Broken(kept.entry_id, "is not the one that was there when the head of its day was kept")
    return None


def _off_end() -> Broken | None:
    """What is wrong with the end of the trail, given that all before it is as it was written."""
    tail = AuditTail.entry_id, AuditTail.seal, AuditTail.proof
    # In one statement, for an entry that is added meanwhile moves the end.
    rows = select(AuditEntry.id, AuditEntry.seal.label("now"), AuditEntry.details, *tail)
    rows = rows.outerjoin(AuditTail, true()).order_by(AuditEntry.id.desc())
    last = db.session.execute(rows.limit(1)).first()
    if last is None:
        return Broken(1, MISSING) if db.session.scalar(select(AuditTail.id)) is not None else None
    if last.proof is None:
        # Entries of before the end was kept do not tell their own number either.
        return Broken(last.id + 1, ENDLESS) if NUMBER in noted_in(last.details) else None
    if not hmac.compare_digest(last.proof, proof_of_end(last.entry_id, last.seal)):
        return Broken(last.id + 1, ENDLESS)
    return None if (last.entry_id, last.seal) == (last.id, last.now) else Broken(last.id + 1, MISSING)


def _off_noted(seal: str) -> Broken | None:
    if not seal or db.session.scalar(select(AuditEntry.id).where(AuditEntry.seal == seal)) is not None:
        return None
    return Broken(_next_number(), "was taken away: no entry has the seal that you noted")


def _next_number() -> int:
    last = head()
    return last.entry_id + 1 if last else 1
