"""The trail of what was done in office, and of what happened to somebody's rights: written once, never changed."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Collection
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.kernel import clock
from app.kernel.db import db, is_writing
from app.kernel.settings import settings
from app.kernel.turns import take_turn
from app.people.models import AuditEntry, Person

# Entries that are proved at once, the newest: enough to see that somebody changed something lately.
PROVED = 5_000
BY, ABOUT = "_by", "_about"


def note(deed: str, *, by: Person | None, about: Person | None = None, **details: str | int) -> None:
    """Add an entry in the open write transaction: no deed without its entry, no entry without its deed.

    `deed` reads "roles.granted"; `by` is None where the site itself or a company's sign-in did it. `details` are ids
    and words of ours, never an address.
    """
    if not is_writing():
        raise RuntimeError(f"{deed} was to be noted outside a write transaction.")
    take_turn("audit trail", 0)
    people = {BY: by.id if by else 0, ABOUT: about.id if about else 0}
    entry = AuditEntry(
        at=clock.now(),
        deed=deed,
        actor_id=by.id if by else None,
        about_id=about.id if about else None,
        details=json.dumps({**details, **people}, ensure_ascii=False, sort_keys=True),
    )
    last = db.session.scalar(select(AuditEntry.seal).order_by(AuditEntry.id.desc()).limit(1))
    entry.seal = _seal(entry, last or "")
    db.session.add(entry)
    db.session.flush()


def last_deed_about(person: Person, kind: str) -> str | None:
    """The last deed about `person` that begins with `kind`, like "roles."; None where there is none."""
    about = select(AuditEntry.deed).where(AuditEntry.about_id == person.id, AuditEntry.deed.startswith(kind))
    return db.session.scalar(about.order_by(AuditEntry.id.desc()).limit(1))


def first_broken(limit: int = PROVED) -> AuditEntry | None:
    """The oldest of the newest `limit` entries that was changed, or before which one was taken away; None for none.

    Entries taken away from the end leave no trace in those before them.
    """
    newest = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit + 1)
    found = list(db.session.scalars(newest).all()[::-1])
    # The very first entry has none before it; of a longer trail, one more is read for what the oldest is sealed with.
    before = found.pop(0).seal if len(found) > limit else ""
    for entry in found:
        if not hmac.compare_digest(entry.seal, _seal(entry, before)) or not _points_right(entry):
            return entry
        before = entry.seal
    return None


def _seal(entry: AuditEntry, before: str) -> str:
    told = f"{before}\n{entry.at.isoformat()}\n{entry.deed}\n{entry.details}"
    return hmac.new(_key(settings().address_key), told.encode(), hashlib.sha256).hexdigest()


def _points_right(entry: AuditEntry) -> bool:
    """The people may be gone, but they are nobody else than those who were noted."""
    noted = json.loads(entry.details)
    return (entry.actor_id or noted[BY]) == noted[BY] and (entry.about_id or noted[ABOUT]) == noted[ABOUT]


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
    return {name: value for name, value in found.items() if name not in {BY, ABOUT}}
