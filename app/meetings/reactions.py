"""How meetings follow what becomes of people."""

from __future__ import annotations

from app.kernel.db import db
from app.kernel.events import on
from app.meetings import offers
from app.meetings.rules import may_offer
from app.people.events import RolesChanged
from app.people.models import Person


@on(RolesChanged)
def withdraw_offers(event: RolesChanged) -> None:
    """Whoever is no expert any more, or has left, meets nobody as one."""
    person = db.session.get(Person, event.person_id)
    if person is not None and not (may_offer(person) and person.active):
        offers.end_offers_of(person)
