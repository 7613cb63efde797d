"""The trail of what was done in office, and of what happened to somebody's rights: written once, never changed."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Select, literal, select, true
from sqlalchemy.orm import joinedload

from app.kernel import clock
from app.kernel.db import db, is_writing
from app.kernel.settings import settings
from app.kernel.turns import take_turn
from app.people.models import AuditEntry, AuditTail, Person

# Entries are numbered one after another, so whoever adds one takes this turn first.
TURN = "audit trail"
# What every entry says in its details as well, where the seal covers it: who, about whom, and its own number.
BY, ABOUT, NUMBER = "_by", "_about", "_number"
# The end of the trail is one row.
ONLY_ROW = 1


@dataclass(frozen=True)
class Head:
    """Where the trail ends: the number of an entry, its seal, and when it was made."""

    entry_id: int
    seal: str
    at: datetime


def note(deed: str, *, by: Person | None, about: Person | None = None, **details: str | int) -> AuditEntry:
    """Add an entry in the open write transaction, and return it: no deed without its entry, no entry without its deed.

    `deed` reads "roles.granted"; `by` is None where the site itself or a company's sign-in did it. `details` are ids
    and words of ours, never an address.
    """
    if not is_writing():
        raise RuntimeError(f"{deed} was to be noted outside a write transaction.")
    take_turn(TURN, 0)
    end, last, before = _end()
    number = last + 1
    noted = {BY: by.id if by else 0, ABOUT: about.id if about else 0, NUMBER: number}
    entry = AuditEntry(
        # Numbered without gaps, whatever becomes of other transactions, so that a gap is an entry taken away.
        id=number,
        at=clock.now(),
        deed=deed,
        actor_id=by.id if by else None,
        about_id=about.id if about else None,
        details=json.dumps({**details, **noted}, ensure_ascii=False, sort_keys=True),
    )
    entry.seal = seal_of(before, entry.at, entry.deed, entry.details)
    db.session.add(entry)
    db.session.add(_moved(end or AuditTail(id=ONLY_ROW), number, entry.seal))
    db.session.flush()
    return entry


def head() -> Head | None:
    """The newest entry: its number and its seal, which proves all before it. None for an empty trail."""
    row = db.session.execute(
        select(AuditEntry.id, AuditEntry.seal, AuditEntry.at).order_by(AuditEntry.id.desc()).limit(1)
    ).first()
    return Head(row.id, row.seal, row.at) if row else None


def seal_of(before: str, at: datetime, deed: str, details: str) -> str:
    """What an entry is sealed with that stands behind one sealed with `before`."""
    told = f"{before}\n{at.isoformat()}\n{deed}\n{details}"
    return hmac.new(_key(settings().address_key), told.encode(), hashlib.sha256).hexdigest()


def proof_of_end(number: int, seal: str) -> str:
    """What proves that the trail ended with this entry."""
    return hmac.new(_key(settings().address_key), f"the end\n{number}\n{seal}".encode(), hashlib.sha256).hexdigest()


def _end() -> tuple[AuditTail | None, int, str]:
    """The end as it is kept, None for a trail without one; and the number and the seal that the next entry follows.

    Where the last entry was taken away, the end is still as it was kept, and the gap stays.
    """
    newest = select(AuditEntry.id, AuditEntry.seal).order_by(AuditEntry.id.desc()).limit(1).subquery()
    # One row in any case: either may be missing without the other.
    row = select(literal(ONLY_ROW).label("id")).subquery()
    found = select(AuditTail, newest.c.id, newest.c.seal).select_from(row)
    found = found.outerjoin(AuditTail, AuditTail.id == row.c.id).outerjoin(newest, true())
    kept, number, seal = db.session.execute(found.execution_options(populate_existing=True)).one()
    ends = [(number or 0, seal or "")] + ([(kept.entry_id, kept.seal)] if kept else [])
    return kept, *max(ends)


def _moved(end: AuditTail, number: int, seal: str) -> AuditTail:
    end.entry_id, end.seal, end.proof = number, seal, proof_of_end(number, seal)
    return end


def last_deed_about(person: Person, kind: str) -> str | None:
    """The last deed about `person` that begins with `kind`, like "roles."; None where there is none."""
    about = select(AuditEntry.deed).where(AuditEntry.about_id == person.id, AuditEntry.deed.startswith(kind))
    return db.session.scalar(about.order_by(AuditEntry.id.desc()).limit(1))


@lru_cache(maxsize=4)
def _key(secret: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"firsthand trail").derive(secret.encode())


def entries(
    *, beginning: str = "", by: Collection[int] | None = None, about: Collection[int] | None = None
) -> Select[AuditEntry]:
    """The entries with their people: of deeds whose name has `beginning` before the point, by and about these ids."""
    rows = select(AuditEntry).options(joinedload(AuditEntry.actor), joinedload(AuditEntry.about))
    if beginning:
        rows = rows.where(AuditEntry.deed.startswith(f"{beginning}.", autoescape=True))
    if by is not None:
        rows = rows.where(AuditEntry.actor_id.in_(by))
    if about is not None:
        rows = rows.where(AuditEntry.about_id.in_(about))
    return rows


def details_of(entry: AuditEntry) -> dict[str, Any]:
    """What the entry tells beside its people: words and numbers by name."""
    found: dict[str, Any] = json.loads(entry.details)
    return {name: value for name, value in found.items() if name not in {BY, ABOUT, NUMBER}}
