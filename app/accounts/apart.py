"""Those who belong to no account whatever their address says: contractors of ours, and members who said so."""

from __future__ import annotations

from app.accounts import mapping
from app.accounts.models import Apart, KeptApart
from app.kernel.db import db
from app.kernel.errors import RuleBroken
from app.kernel.settings import settings
from app.people.models import Person


def keep_apart(person: Person, kind: Apart, reason: str = "") -> None:
    """Let somebody belong to no account from now on. Raises RuleBroken for a contractor without a reason.

    What they did until now stays counted for the company of its day.
    """
    if kind is Apart.CONTRACTOR:
        reason = mapping.clean_reason(reason)
    mapping.lock(person)
    if person.is_employee:
        raise RuleBroken("Employees belong to no company as it is.")
    if db.session.get(KeptApart, person.id) is not None:
        raise RuleBroken("They are kept apart from every company already.")
    db.session.add(KeptApart(person_id=person.id, kind=kind.value, reason=reason))
    db.session.flush()
    mapping.map_by_address(person, company_domains=settings().company_domains)


def end_apart(person: Person, kind: Apart) -> None:
    """Let the address decide again. Raises RuleBroken for somebody who is not kept apart for that."""
    mapping.lock(person)
    kept = db.session.get(KeptApart, person.id)
    if kept is None or kept.kind != kind:
        raise RuleBroken("Nothing to end here: they are not kept apart for that.")
    db.session.delete(kept)
    db.session.flush()
    mapping.map_by_address(person, company_domains=settings().company_domains)
