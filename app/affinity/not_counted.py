"""Members who do not want to be counted: what they did goes at once, and nothing of them is written down again.

Reports that were taken before are measured anew in the following night, as if the person had never been counted:
not at once, so that nobody can compare the report before with the report after. It changes nothing else on the site.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, delete, select

from app.affinity.events import CountingChanged
from app.affinity.ledger import person_key
from app.affinity.models import AffinityEvent, NotCounted
from app.affinity.remeasuring import note_due
from app.kernel import events
from app.kernel.db import db
from app.kernel.turns import take_turn
from app.people.models import Person

__all__ = ["count_again", "is_left_out", "leave_out", "note_due_of"]


def is_left_out(person: Person) -> bool:
    """True for somebody who does not want to be counted."""
    return db.session.get(NotCounted, person.id) is not None


def leave_out(person: Person) -> None:
    """Count a person no more: neither what they did nor what they will do."""
    take_turn("counting", person.id)
    if is_left_out(person):
        return
    db.session.add(NotCounted(person_id=person.id))
    db.session.flush()
    note_due_of(person.id)
    db.session.execute(delete(AffinityEvent).where(_of(person.id)))
    # What is being settled at this very moment may not know yet; it is settled again after the commit.
    events.record(CountingChanged(person_id=person.id))


def count_again(person: Person) -> None:
    """Count a person as everybody else, with what they did meanwhile; the worker reads it from their threads."""
    if is_left_out(person):
        db.session.execute(delete(NotCounted).where(NotCounted.person_id == person.id))
        events.record(CountingChanged(person_id=person.id))


def note_due_of(person_id: int) -> None:
    """Note that the reports are due to be measured anew that the stored events of a person count in.

    They are those of their accounts and of all in the same trees. What was measured of another tree, before a company
    moved, is due since it moved (`remeasuring.note_moved`).
    """
    note_due(db.session.scalars(select(AffinityEvent.account_id).where(_of(person_id)).distinct()).all())


def _of(person_id: int) -> ColumnElement[bool]:
    return AffinityEvent.person_key == person_key(person_id)
