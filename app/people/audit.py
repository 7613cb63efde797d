"""The trail of what was done in office, and of what happened to somebody's rights: written once, never changed."""

from __future__ import annotations

import json

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
