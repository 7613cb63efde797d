"""Changing a handle, and keeping those that somebody had: they lead to the person, and nobody else can have them."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import RuleBroken
from app.people import handles, impersonation, links, queries
from app.people.models import KeptHandle, Person

# Whoever talks with others for a season knows them by one name.
CHANGED_ONCE_IN = timedelta(days=90)


def change_handle(person: Person, wanted: str, *, brands: tuple[str, ...]) -> None:
    """Call the person `wanted` from now on, and keep what they were called. Other capitals are no change.

    Somebody's own former handle may be theirs again. Raises RuleBroken for a handle that cannot be, that somebody else
    has or had, and for a second change within CHANGED_ONCE_IN.
    """
    if wanted.lower() == person.handle.lower() and wanted.isascii():
        person.handle = wanted
        return
    handles.check_handle(wanted, brands=brands)
    _check_is_time(person)
    check_is_free(wanted, brands=brands, to=person)
    keep_handle(person)
    person.handle, person.handle_skeleton = wanted, handles.skeleton(wanted)
    person.handle_changed_at = clock.now()
    links.ask_all_again(person)


def check_is_free(handle: str, *, brands: tuple[str, ...], to: Person | None = None) -> None:
    """Raise RuleBroken for a handle that somebody else than `to` has or had, and for an employee's with an office."""
    if queries.is_handle_taken(handle, by_other_than=to):
        raise RuleBroken("Somebody has that handle, or one that looks like it. Choose another.")
    bare = impersonation.bare_handle(handle, brands)
    if bare != handles.skeleton(handle) and queries.is_employees_handle(bare, but=to):
        raise RuleBroken("That reads as the handle of somebody who works here. Choose another.")


def next_change_at(person: Person) -> datetime | None:
    """When the person can change the handle again; None where they can now."""
    at = person.handle_changed_at
    return at + CHANGED_ONCE_IN if at is not None and at + CHANGED_ONCE_IN > clock.now() else None


def keep_handle(person: Person, *, by_employee: bool = False) -> None:
    """Keep the present handle for the person; an employee's is nobody else's ever."""
    kept = db.session.get(KeptHandle, person.handle_skeleton)
    if kept is None:
        kept = KeptHandle(skeleton=person.handle_skeleton, person_id=person.id, by_employee=False)
        db.session.add(kept)
    kept.handle = person.handle
    kept.by_employee = kept.by_employee or by_employee or person.is_employee
    db.session.flush()


def _check_is_time(person: Person) -> None:
    again = next_change_at(person)
    if again is not None:
        raise RuleBroken(
            f"You changed your handle less than {CHANGED_ONCE_IN.days} days ago. You can again on "
            f"{again.day} {again:%B %Y}; other capitals are possible at any time."
        )
