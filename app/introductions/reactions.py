"""How requests to sales follow what becomes of people."""

from __future__ import annotations

from app.accounts.events import MembershipEnded
from app.introductions.actions import withdraw_all_of, withdraw_elsewhere
from app.introductions.rules import may_ask
from app.kernel.db import db
from app.kernel.events import on
from app.people.events import PersonDeactivated, RolesChanged
from app.people.models import Person


@on(RolesChanged)
def withdraw_what_employees_asked(event: RolesChanged) -> None:
    """Whoever has come to work here asks sales for nothing as a customer."""
    person = db.session.get(Person, event.person_id)
    if person is not None and not may_ask(person):
        withdraw_all_of(person)


@on(PersonDeactivated)
def withdraw_what_they_asked(event: PersonDeactivated) -> None:
    """Nobody calls whoever is let in no more."""
    person = db.session.get(Person, event.person_id)
    if person is not None and not person.active:
        withdraw_all_of(person)


@on(MembershipEnded)
def withdraw_what_they_asked_there(event: MembershipEnded) -> None:
    """What was asked from one company is nothing for those who look after another."""
    person = db.session.get(Person, event.person_id)
    if person is not None:
        withdraw_elsewhere(person)
