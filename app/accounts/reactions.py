"""Belonging where one's address says, once a domain has come to stand for another account."""

from app.accounts import mapping
from app.accounts.events import DomainChanged
from app.kernel.events import on
from app.people.events import AddressConfirmed


@on(DomainChanged)
def follow_domain(event: DomainChanged) -> None:
    """Ask everybody at the domain anew, some hundreds at a time."""
    mapping.follow_domain(event.domain, after=event.after)


@on(AddressConfirmed)
def follow_address(event: AddressConfirmed) -> None:
    """Ask again what was asked when the address was confirmed: a domain may have been added at that very moment."""
    mapping.follow_person(event.person_id)
