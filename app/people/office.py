"""What admins do about somebody's place here. Each deed notes itself in the trail, in the same transaction."""

from __future__ import annotations

from app.kernel.errors import RuleBroken
from app.people import actions, audit, identities, letters, sessions
from app.people.addresses import Sealed, open_address
from app.people.admins import check_another_admin
from app.people.letters import LetterKind
from app.people.models import Person, Role
from app.people.rules import check_can_administer

FROM_THE_COMPANY = "This role comes with the company sign-in. It is taken away there, and goes at their next request."


def grant(person: Person, role: Role, *, by: Person | None) -> None:
    """Give somebody a role. `by` is None at the command line. Raises RuleBroken for somebody who cannot sign in."""
    _check(by)
    actions.hold_roles(person)
    if not person.can_sign_in or person.confirmed_at is None:
        raise RuleBroken("A role needs somebody who can sign in and has confirmed an address.")
    if role not in person.role_names:
        actions.grant_role(person, role)
        audit.note("roles.granted", by=by, about=person, role=role.value)


def revoke(person: Person, role: Role, *, by: Person | None) -> None:
    """Take a role away. Raises RuleBroken for the last admin's, and for one that comes with the company sign-in."""
    _check(by)
    actions.hold_roles(person)
    if role in roles_from_company(person):
        raise RuleBroken(FROM_THE_COMPANY)
    if role is Role.ADMIN:
        check_another_admin(person)
    if role in person.role_names:
        actions.revoke_role(person, role)
        identities.forget_role(person, role)
        audit.note("roles.revoked", by=by, about=person, role=role.value)


def deactivate(person: Person, *, by: Person | None) -> None:
    """Let somebody in no more, from their next request on. What they wrote stays. Raises RuleBroken."""
    _check(by)
    check_another_admin(person)
    if person.active:
        actions.deactivate(person)
        audit.note("people.deactivated", by=by, about=person)


def activate(person: Person, *, by: Person | None) -> None:
    """Let somebody in again, also whom a company sign-in has let go: it is unlinked then."""
    _check(by)
    # Whom a company has let go is active all the same: it is the company's word that keeps them out.
    was_let_go = identities.forget_ended(person)
    if was_let_go or not person.active:
        actions.activate(person)
        audit.note("people.activated", by=by, about=person)


def end_sessions(person: Person, *, by: Person | None) -> None:
    """Sign somebody out everywhere."""
    _check(by)
    sessions.end_all_of(person)
    audit.note("people.sessions_ended", by=by, about=person)


def show_address(person: Person, *, by: Person) -> str:
    """The address of one person, for one look. Raises RuleBroken where there is none."""
    _check(by)
    if not isinstance(person.email, Sealed):
        raise RuleBroken("There is no address: this author came with imported posts.")
    audit.note("people.address_shown", by=by, about=person)
    return open_address(person.email)


def send_confirmation_again(person: Person, *, by: Person) -> None:
    """Let somebody have the letter once more by which they confirm their address. Raises RuleBroken."""
    _check(by)
    if person.confirmed_at is not None or not person.can_sign_in:
        raise RuleBroken("There is nothing to confirm.")
    letters.write_letter(person, LetterKind.CONFIRM)
    audit.note("people.confirmation_sent", by=by, about=person)


def roles_from_company(person: Person) -> frozenset[str]:
    """The roles of somebody that claims of a company sign-in brought, of one that the site still has."""
    return frozenset(role for one in identities.vouching_for(person) for role in one.roles.split())


def _check(by: Person | None) -> None:
    if by is not None:
        check_can_administer(by)
