"""What people did that others may react to."""

from dataclasses import dataclass

from app.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class AddressConfirmed(Event):
    """A person has shown that an address is theirs."""

    name = "people.address_confirmed"

    person_id: int
    domain: str


@dataclass(frozen=True, kw_only=True)
class RolesChanged(Event):
    """A person was given, or lost, a role."""

    name = "people.roles_changed"

    person_id: int


@dataclass(frozen=True, kw_only=True)
class SignedInFromTwoPlaces(Event):
    """A sign-in showed that two people seem to use one account."""

    name = "people.signed_in_from_two_places"

    sign_in_id: int


@dataclass(frozen=True, kw_only=True)
class PersonDeactivated(Event):
    """A person is let in no more."""

    name = "people.person_deactivated"

    person_id: int


@dataclass(frozen=True, kw_only=True)
class PersonActivated(Event):
    """A person is let in again."""

    name = "people.person_activated"

    person_id: int
