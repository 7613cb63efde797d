"""How meetings follow what becomes of people."""

from __future__ import annotations

from app.kernel.db import db
from app.kernel.events import on
from app.meetings import actions, offers
from app.meetings.rules import may_offer
from app.people.events import PersonDeactivated, RolesChanged
from app.people.models import Person


@on(RolesChanged)
def withdraw_offers(event: RolesChanged) -> None:
    """Whoever is no expert any more meets nobody as one."""
    person = db.session.get(Person, event.person_id)
    if person is not None and not (may_offer(person) and person.active):
        offers.end_offers_of(person)


@on(PersonDeactivated)
def free_their_time(event: PersonDeactivated) -> None:
    """Whoever is let in no more neither offers a time nor keeps a seat from others."""
    person = db.session.get(Person, event.person_id)
    if person is not None and not person.active:
        offers.end_offers_of(person)
        actions.withdraw_all_of(person)
