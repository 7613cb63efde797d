"""The promise of whoever reads reports: nobody is contacted because of one. It is given anew every year."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists

from app.affinity import rules
from app.affinity.models import Pledge
from app.kernel import clock
from app.kernel.db import db
from app.kernel.turns import take_turn
from app.people import audit
from app.people.models import Person

HOLDS_FOR = timedelta(days=365)
WORDS = "I will not contact people because of this report."


def has_pledged(person: Person) -> bool:
    """True while what the person promised holds: for a year from the day they promised it."""
    made_at = pledged_at(person)
    return made_at is not None and clock.now() - made_at < HOLDS_FOR


def is_held_by(person: Person) -> ColumnElement[bool]:
    """The condition that `has_pledged` asks, for a query that is asked on every page."""
    return exists().where(Pledge.person_id == person.id, Pledge.made_at > clock.now() - HOLDS_FOR)


def pledged_at(person: Person) -> datetime | None:
    """When the person last promised it; None for never."""
    made = db.session.get(Pledge, person.id)
    return made.made_at if made else None


def pledge(person: Person) -> None:
    """Note in the open write transaction that the person promises it now. Raises NotAllowed for others than sales."""
    rules.check_can_read_reports(person)
    take_turn("pledges", person.id)
    made = db.session.get(Pledge, person.id) or Pledge(person_id=person.id)
    made.made_at = clock.now()
    db.session.add(made)
    audit.note("report.pledged", by=person)
