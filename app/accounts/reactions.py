"""Belonging where one's address says, and owning accounts for as long as one is in sales."""

from app.accounts import mapping, owning
from app.accounts.events import DomainChanged
from app.kernel.db import db
from app.kernel.events import on
from app.people.events import AddressConfirmed, RolesChanged
from app.people.models import Person


@on(DomainChanged)
def follow_domain(event: DomainChanged) -> None:
    """Ask everybody at the domain anew, some hundreds at a time."""
    mapping.follow_domain(event.domain, after=event.after)


@on(AddressConfirmed)
def follow_address(event: AddressConfirmed) -> None:
    """Ask again what was asked when the address was confirmed: a domain may have been added at that very moment."""
    mapping.follow_person(event.person_id)


@on(RolesChanged)
def follow_roles(event: RolesChanged) -> None:
    """End what somebody owned who is not in sales any more."""
    person = db.session.get(Person, event.person_id)
    if person is not None:
        owning.end_without_role(person)
