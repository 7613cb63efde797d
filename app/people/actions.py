"""What can be done with people."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from app.kernel import clock, events
from app.kernel.db import db
from app.kernel.errors import RuleBroken
from app.people import handles, queries, rules
from app.people.addresses import Sealed, domain_of, seal
from app.people.events import AddressConfirmed, RolesChanged
from app.people.models import Person, PersonRole, Role


@dataclass(frozen=True, kw_only=True)
class NewPerson:
    """What is asked of somebody who joins. `password_hash` is None for authors who cannot sign in."""

    handle: str
    name: str
    address: str | None
    password_hash: str | None
    job_title: str = ""


def add_person(new: NewPerson, *, brands: tuple[str, ...]) -> Person:
    """Add a person who has not confirmed an address yet. Raises RuleBroken for names, handles and addresses in use."""
    name = rules.clean_name(new.name)
    handles.check_handle(new.handle, brands=brands)
    if queries.is_handle_taken(new.handle):
        raise RuleBroken("Somebody has that handle, or one that looks like it. Choose another.")
    if new.address and queries.find_by_address(new.address):
        raise RuleBroken("That address is in use already.")
    person = Person(
        handle=new.handle,
        handle_skeleton=handles.skeleton(new.handle),
        name=name,
        email=seal(new.address) if new.address else None,
        password=new.password_hash,
        fs_uniquifier=secrets.token_hex(32),
        job_title=new.job_title,
    )
    db.session.add(person)
    db.session.flush()
    return person


def confirm_address(person: Person) -> None:
    """Take the person's address as theirs from now on: its domain may map them to an account."""
    if not isinstance(person.email, Sealed):
        raise RuleBroken("There is no address to confirm.")
    person.confirmed_at = person.confirmed_at or clock.now()
    person.email_domain = domain_of(person.email)
    events.record(AddressConfirmed(person_id=person.id, domain=person.email_domain))


def grant_role(person: Person, role: Role) -> None:
    """Give a role; giving it again changes nothing."""
    if role not in person.role_names:
        person.roles_held.append(PersonRole(role=role.value))
        events.record(RolesChanged(person_id=person.id))


def revoke_role(person: Person, role: Role) -> None:
    """Take a role away; rights end with the next request."""
    held = [one for one in person.roles_held if one.role == role]
    for one in held:
        person.roles_held.remove(one)
    if held:
        events.record(RolesChanged(person_id=person.id))
