"""What can be done with people."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.kernel import clock, events
from app.kernel.db import db
from app.kernel.errors import RuleBroken
from app.kernel.settings import settings
from app.kernel.turns import take_turn
from app.people import former_handles, handles, impersonation, letters, names, queries, rules, sessions
from app.people.addresses import Sealed, domain_of, open_address, seal
from app.people.events import AddressConfirmed, PersonActivated, PersonDeactivated, RolesChanged
from app.people.letters import LetterKind
from app.people.models import Identity, KeptHandle, Letter, PendingJoin, Person, PersonRole, Role, StoredSession

UNCONFIRMED_FOR = timedelta(days=7)
ADDRESS_IN_USE = "That address is in use already."


@dataclass(frozen=True, kw_only=True)
class NewPerson:
    """What is asked of somebody who joins. `password_hash` is None for authors who cannot sign in.

    `is_employee` for somebody of the company, who may have the same name as a colleague.
    """

    handle: str
    name: str
    address: str | None
    password_hash: str | None
    job_title: str = ""
    is_employee: bool = False


def add_person(new: NewPerson, *, brands: tuple[str, ...]) -> Person:
    """Add a person who has not confirmed an address yet. Raises RuleBroken for names, handles and addresses in use."""
    name = check_new_person(new, brands=brands)
    if new.address and queries.find_by_address(new.address):
        raise RuleBroken(ADDRESS_IN_USE)
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


def check_new_person(new: NewPerson, *, brands: tuple[str, ...]) -> str:
    """The name in its one spelling. Raises RuleBroken for a name or a handle that cannot be."""
    name = rules.clean_name(new.name)
    _check_is_own_name(name, brands=brands, is_employee=new.is_employee)
    rules.clean_job_title(new.job_title, is_employee=new.is_employee, brands=(*brands, settings().company_name))
    handles.check_handle(new.handle, brands=brands)
    former_handles.check_is_free(new.handle, brands=brands)
    return name


def confirm_address(person: Person) -> None:
    """Take the person's address as theirs from now on: its domain may map them to an account."""
    if not isinstance(person.email, Sealed):
        raise RuleBroken("There is no address to confirm.")
    person.confirmed_at = person.confirmed_at or clock.now()
    person.email_domain = domain_of(person.email)
    events.record(AddressConfirmed(person_id=person.id, domain=person.email_domain))


def leave_address(person: Person, new: Sealed) -> None:
    """Begin to move to the address `new`: a letter to either, and nothing is held of the old one's company any more.

    The old address serves for signing in until the new one is confirmed. Whoever maps people to companies asks anew.
    """
    assert isinstance(person.email, Sealed)
    owner = queries.find_by_address(open_address(new))
    letters.write_of_new_address(person, new, to_new=owner is None or owner.id == person.id)
    if person.email_domain != domain_of(new):
        person.email_domain = None


def take_new_address(person: Person, new: Sealed) -> None:
    """The new address is theirs from now on. Raises RuleBroken if somebody else has it by now."""
    owner = queries.find_by_address(open_address(new))
    if owner is not None and owner.id != person.id:
        raise RuleBroken(ADDRESS_IN_USE)
    try:
        with db.session.begin_nested():
            person.email = new
    except IntegrityError as error:
        # Two who confirm one address at the same moment both find it free.
        raise RuleBroken(ADDRESS_IN_USE) from error
    person.confirmed_at = clock.now()
    confirm_address(person)


def change_password(person: Person, new_hash: str) -> None:
    """Set another password: every browser is signed out, and the person is told by mail."""
    person.password = new_hash
    sessions.end_all_of(person)
    letters.write_letter(person, LetterKind.PASSWORD_CHANGED)


def renew_hash(person: Person, new_hash: str) -> None:
    """Keep the same password with today's parameters."""
    person.password = new_hash


def change_profile(
    person: Person, *, name: str, job_title: str, brands: tuple[str, ...], company_shown: bool = True
) -> None:
    """Change who a person is to others. Raises RuleBroken for a name or a title that cannot be."""
    name = rules.clean_name(name)
    # Whoever had the name before an employee came with the same one may keep it.
    if names.skeleton(name) != person.name_skeleton:
        _check_is_own_name(name, brands=brands)
    person.name = name
    person.job_title = _title(person, job_title, brands)
    # An employee's page names the company that everybody here answers for.
    person.company_shown = company_shown or person.is_employee


def change_photo(person: Person, photo: str | None) -> str | None:
    """Show another picture (its file's name), or none. Returns the name of the file that is not needed any more."""
    before, person.photo = person.photo, photo
    return before if before != photo else None


def set_away(person: Person, until: datetime | None, note: str = "") -> None:
    """Say until when an expert is away (None: they are here), and what else others should know."""
    rules.check_can_be_away(person)
    if until is not None:
        rules.check_away_until(until, clock.now())
    person.away_until = until
    person.away_note = rules.clean_away_note(note) if until else ""


def hold_roles(person: Person) -> None:
    """Let nobody else change the person's roles until the transaction ends, and see those that they hold now."""
    take_turn("roles", person.id)
    db.session.refresh(person, ["roles_held"])


def grant_role(person: Person, role: Role) -> None:
    """Give a role; giving it again changes nothing."""
    if role not in person.role_names:
        person.roles_held.append(PersonRole(role=role.value))
        events.record(RolesChanged(person_id=person.id))


def revoke_role(person: Person, role: Role) -> None:
    """Take a role away; rights end with the next request, and the handle stays theirs alone."""
    held = [one for one in person.roles_held if one.role == role]
    if held:
        former_handles.keep_handle(person)
    for one in held:
        person.roles_held.remove(one)
    if held and not person.is_employee:
        person.job_title = _title_of_member(person.job_title)
    if held:
        events.record(RolesChanged(person_id=person.id))


def _title(person: Person, typed: str, brands: tuple[str, ...]) -> str:
    """What a person does. A title that stood before the rules did may stay."""
    if typed.strip() == person.job_title:
        return person.job_title
    ours = (*brands, settings().company_name)
    return rules.clean_job_title(typed, is_employee=person.is_employee, brands=ours)


def _title_of_member(title: str) -> str:
    """What stays of the title of somebody who works here no longer: nothing that would speak for us."""
    ours = (*settings().brand_names, settings().company_name)
    try:
        return rules.clean_job_title(title, is_employee=False, brands=ours)
    except RuleBroken:
        return ""


def deactivate(person: Person) -> None:
    """Let somebody in no more: every session ends, and nothing signs them in. What they wrote stays theirs."""
    person.active = False
    sessions.end_all_of(person)
    events.record(PersonDeactivated(person_id=person.id))


def activate(person: Person) -> None:
    """Let somebody in again, by the ways that they had."""
    person.active = True
    events.record(PersonActivated(person_id=person.id))


def _check_is_own_name(name: str, *, brands: tuple[str, ...], is_employee: bool = False) -> None:
    """Raise RuleBroken for the name of the company, and of an employee unless it is a colleague's."""
    ours = (*brands, settings().company_name)
    if handles.names_a_team(name, ours):
        raise RuleBroken("A name is a person's, not a company's or a team's.")
    if is_employee:
        return
    if impersonation.holds_brand(name, ours):
        raise RuleBroken("With that word in it, the name reads as if you spoke for us. Leave it out, or shorten it.")
    if queries.names_of_employees({names.skeleton(name), impersonation.bare_name(name, ours)}):
        raise RuleBroken(
            f"Somebody of {settings().company_name} has this name, or one that looks like it. "
            "Add an initial or another of your names."
        )


def forget_unconfirmed() -> None:
    """Let go of people who never confirmed their address, and with them of the handles and addresses they hold.

    Nobody signs in before that, so they have written nothing.
    """
    never = select(Person.id).where(
        Person.confirmed_at.is_(None), Person.email.is_not(None), Person.joined_at < clock.now() - UNCONFIRMED_FOR
    )
    gone = list(db.session.scalars(never))
    for table in (Letter, StoredSession, Identity, PersonRole, KeptHandle, PendingJoin):
        db.session.execute(delete(table).where(table.person_id.in_(gone)))
    db.session.execute(delete(Person).where(Person.id.in_(gone)))
