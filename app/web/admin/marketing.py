"""Who signs for marketing what we call a lead."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from app.http import see_other, signed_in_person
from app.kernel.db import write
from app.kernel.errors import Refusal, RuleBroken
from app.outcomes import definitions
from app.web.admin.account_forms import handle_field
from app.web.admin.door import admin_only
from app.web.admin.people import person_called
from app.web.people.proving import proof_needed
from app.web.ui.refusals import answer_refused

blueprint = Blueprint("admin_marketing", __name__, url_prefix="/admin/marketing")


class SignerForm(FlaskForm):
    """Somebody of ours, by their handle."""

    handle = handle_field("Of somebody who works here. They need no other role for it.")


@blueprint.get("")
@admin_only
def index() -> ResponseReturnValue:
    """Who signs now."""
    return _page(SignerForm(formdata=None))


@blueprint.post("")
@admin_only
@proof_needed
def name() -> ResponseReturnValue:
    """Name somebody."""
    form = SignerForm()
    if not form.validate_on_submit():
        return make_response(_page(form), 422)
    try:
        with write():
            definitions.name_signer(person_called(form.handle.data), by=signed_in_person())
    except RuleBroken as refusal:
        return answer_refused(_page(form, refusal), refusal)
    flash("Named. They can sign what we call a lead, and check opportunities for marketing.", "good")
    return see_other("/admin/marketing")


@blueprint.post("/removal")
@admin_only
@proof_needed
def unname() -> ResponseReturnValue:
    """Let somebody sign no more."""
    try:
        with write():
            definitions.unname_signer(person_called(SignerForm().handle.data), by=signed_in_person())
    except RuleBroken as refusal:
        return answer_refused(_page(SignerForm(formdata=None), refusal), refusal)
    flash("Saved. What they have signed stays signed.", "good")
    return see_other("/admin/marketing")


def _page(form: SignerForm, refusal: Refusal | None = None) -> str:
    return render_template(
        "admin/marketing.html",
        form=form,
        signers=definitions.signers(),
        refusal=refusal.sentence if refusal else "",
    )
