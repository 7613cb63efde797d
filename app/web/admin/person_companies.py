"""What an admin says about one person and companies: a contractor of ours, and in sales, whom they lead."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.accounts import actions
from app.accounts.models import Apart
from app.http import signed_in_person
from app.people import audit
from app.people.models import Person
from app.web.admin.account_forms import ContractorForm, LeadForm
from app.web.admin.door import admin_only
from app.web.admin.people import person_called, person_page, somebody
from app.web.admin.person_deeds import do_about
from app.web.people.proving import proof_needed

blueprint = Blueprint("admin_person_companies", __name__, url_prefix="/admin/people/<handle>")


@blueprint.post("/contractor")
@admin_only
@proof_needed
def set_contractor(handle: str) -> ResponseReturnValue:
    """Let somebody belong to no company, for they work for us."""
    form = ContractorForm()
    if not form.validate_on_submit():
        return person_page(somebody(handle), typed=form, status=422)

    def set_apart(person: Person) -> None:
        actions.keep_apart(person, Apart.CONTRACTOR, form.contractor_reason.data or "")
        audit.note("people.contractor_set", by=signed_in_person(), about=person)

    return do_about(handle, set_apart, "They count for no company from now on, and read why in their settings.")


@blueprint.post("/contractor/ending")
@admin_only
@proof_needed
def end_contractor(handle: str) -> ResponseReturnValue:
    """Let the address decide again."""

    def end(person: Person) -> None:
        actions.end_apart(person, Apart.CONTRACTOR)
        audit.note("people.contractor_ended", by=signed_in_person(), about=person)

    return do_about(handle, end, "Their address decides again where they belong.")


@blueprint.post("/leads")
@admin_only
@proof_needed
def set_lead(handle: str) -> ResponseReturnValue:
    """Let somebody in sales read about the accounts of another one too."""
    form = LeadForm()
    if not form.validate_on_submit():
        return person_page(somebody(handle), typed=form, status=422)

    def lead(person: Person) -> None:
        led = person_called(form.handle.data)
        actions.set_lead(person, led)
        audit.note("people.lead_set", by=signed_in_person(), about=led, lead=f"@{person.handle}")

    return do_about(handle, lead, "They read about those accounts from now on.")


@blueprint.post("/leads/removal")
@admin_only
@proof_needed
def unset_lead(handle: str) -> ResponseReturnValue:
    """Let them read about the accounts of the other one no more."""

    def leave(person: Person) -> None:
        led = person_called(LeadForm().handle.data)
        actions.unset_lead(person, led)
        audit.note("people.lead_unset", by=signed_in_person(), about=led, lead=f"@{person.handle}")

    return do_about(handle, leave, "They read about those accounts no more.")
