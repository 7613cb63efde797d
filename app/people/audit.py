"""The trail of what was done in office, and of what happened to somebody's rights: written once, never changed."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.kernel.db import db, is_writing
from app.people.models import AuditEntry, Person


def note(deed: str, *, by: Person | None, about: Person | None = None, **details: str | int) -> None:
    """Add an entry in the open write transaction: no deed without its entry, no entry without its deed.

    `deed` reads "roles.granted"; `by` is None where the site itself or a company's sign-in did it. `details` are ids
    and words of ours, never an address.
    """
    if not is_writing():
        raise RuntimeError(f"{deed} was to be noted outside a write transaction.")
    entry = AuditEntry(
        deed=deed,
        actor_id=by.id if by else None,
        about_id=about.id if about else None,
        details=json.dumps(details, ensure_ascii=False, sort_keys=True),
    )
    db.session.add(entry)


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
    return found
