"""What an admin does about one person. Each deed is one form, and one entry of the trail."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, url_for
from flask.typing import ResponseReturnValue

from app.accounts import mapping
from app.accounts import queries as accounts
from app.accounts.models import Account
from app.http import see_other, signed_in_person
from app.kernel.db import write
from app.kernel.errors import RuleBroken
from app.kernel.settings import settings
from app.people import audit, office, second_factor
from app.people.models import Person, Role
from app.web.admin.account_forms import AccountByHandForm
from app.web.admin.door import admin_only
from app.web.admin.forms import RoleForm
from app.web.admin.people import person_page, somebody
from app.web.people.proving import proof_needed

CHOOSE_A_ROLE = RuleBroken("Choose a role.")

blueprint = Blueprint("admin_person_deeds", __name__, url_prefix="/admin/people/<handle>")


@blueprint.post("/address")
@admin_only
@proof_needed
def show_address(handle: str) -> ResponseReturnValue:
    """Show the address on this one page; it is noted who looked."""
    person = somebody(handle)
    try:
        with write():
            address = office.show_address(person, by=signed_in_person())
    except RuleBroken as refusal:
        return person_page(person, refusal=refusal)
    return person_page(person, address=address)


@blueprint.post("/roles")
@admin_only
@proof_needed
def grant_role(handle: str) -> ResponseReturnValue:
    """Give a role."""
    return do_about(
        handle, lambda person: _change_role(person, office.grant), "The role holds from the next request on."
    )


@blueprint.post("/roles/revocation")
@admin_only
@proof_needed
def revoke_role(handle: str) -> ResponseReturnValue:
    """Take a role away."""
    return do_about(
        handle, lambda person: _change_role(person, office.revoke), "The role is gone from the next request on."
    )


@blueprint.post("/deactivation")
@admin_only
@proof_needed
def deactivate(handle: str) -> ResponseReturnValue:
    """Let somebody in no more."""
    return do_about(
        handle, lambda person: office.deactivate(person, by=signed_in_person()), "They are out, everywhere."
    )


@blueprint.post("/activation")
@admin_only
@proof_needed
def activate(handle: str) -> ResponseReturnValue:
    """Let somebody in again."""
    return do_about(handle, lambda person: office.activate(person, by=signed_in_person()), "They can sign in again.")


@blueprint.post("/sessions/end")
@admin_only
@proof_needed
def end_sessions(handle: str) -> ResponseReturnValue:
    """Sign somebody out everywhere."""
    return do_about(handle, lambda person: office.end_sessions(person, by=signed_in_person()), "They are signed out.")


@blueprint.post("/second-factor/removal")
@admin_only
@proof_needed
def remove_second_factor(handle: str) -> ResponseReturnValue:
    """For whoever lost the telephone, and the recovery codes with it."""
    said = "Gone. They were told by mail, and are asked for a new one where one is needed."
    return do_about(handle, lambda person: second_factor.take_away(person, by=signed_in_person()), said)


@blueprint.post("/confirmation")
@admin_only
def send_confirmation(handle: str) -> ResponseReturnValue:
    """Let somebody have the letter again by which they confirm their address."""
    deed = office.send_confirmation_again
    return do_about(handle, lambda person: deed(person, by=signed_in_person()), "The letter is on its way.")


@blueprint.post("/account")
@admin_only
@proof_needed
def set_account(handle: str) -> ResponseReturnValue:
    """Let somebody belong to an account whatever their address says."""
    person, form = somebody(handle), AccountByHandForm()
    if not form.validate_on_submit():
        return person_page(person, typed=form, status=422)
    try:
        with write():
            account = _account_called(form.account.data or "")
            mapping.set_by_hand(person, account, form.reason.data or "")
            audit.note("people.account_set", by=signed_in_person(), about=person, account=account.id, name=account.name)
            said = f"They count under {account.name} from now on, and read why in their settings."
    except RuleBroken as refusal:
        return person_page(person, typed=form, refusal=refusal)
    flash(said, "good")
    return back_to(person)


@blueprint.post("/account/undoing")
@admin_only
@proof_needed
def undo_account(handle: str) -> ResponseReturnValue:
    """Let the address decide again."""

    def undo(person: Person) -> None:
        mapping.undo_by_hand(person)
        audit.note("people.account_unset", by=signed_in_person(), about=person)

    return do_about(handle, undo, "Their address decides again.")


def do_about(handle: str, deed: Callable[[Person], None], said: str) -> ResponseReturnValue:
    """Do one thing about a person in one transaction, and say so; or show why not on the person's page."""
    person = somebody(handle)
    try:
        with write():
            deed(person)
    except RuleBroken as refusal:
        return person_page(person, refusal=refusal)
    flash(said, "good")
    return back_to(person)


def _change_role(person: Person, change: Callable[..., None]) -> None:
    """A role, and with it the account: whoever is an employee belongs to none."""
    form = RoleForm()
    if not form.validate_on_submit():
        raise CHOOSE_A_ROLE
    change(person, Role(form.role.data), by=signed_in_person())
    mapping.map_by_address(person, company_domains=settings().company_domains)


def _account_called(name: str) -> Account:
    account = accounts.with_name(name)
    if account is None:
        raise RuleBroken(f"There is no account called {name}. Add it under Accounts first.")
    return account


def back_to(person: Person) -> ResponseReturnValue:
    return see_other(url_for("admin_people.show", handle=person.handle))
