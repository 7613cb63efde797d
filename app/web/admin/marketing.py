"""Who signs for marketing what we call a lead."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from app.http import see_other, signed_in_person
from app.kernel.db import write
from app.kernel.errors import NotFound, Refusal, RuleBroken
from app.outcomes import definitions
from app.people.models import Person
from app.web.admin.door import admin_only
from app.web.admin.people import somebody
from app.web.people.proving import proof_needed
from app.web.topics.forms import squeeze

blueprint = Blueprint("admin_marketing", __name__, url_prefix="/admin/marketing")


class SignerForm(FlaskForm):
    """Somebody of ours, by their handle."""

    handle = StringField(
        "Handle",
        description="Of somebody who works here. They need no other role for it.",
        filters=[squeeze],
        validators=[InputRequired("Enter a handle."), Length(max=60)],
    )


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
            definitions.name_signer(_called(form), by=signed_in_person())
    except RuleBroken as refusal:
        return make_response(_page(form, refusal), refusal.status)
    flash("Named. They can sign what we call a lead, and check opportunities for marketing.", "good")
    return see_other("/admin/marketing")


@blueprint.post("/removal")
@admin_only
@proof_needed
def unname() -> ResponseReturnValue:
    """Let somebody sign no more."""
    try:
        with write():
            definitions.unname_signer(_called(SignerForm()), by=signed_in_person())
    except RuleBroken as refusal:
        return make_response(_page(SignerForm(formdata=None), refusal), refusal.status)
    flash("Saved. What they have signed stays signed.", "good")
    return see_other("/admin/marketing")


def _called(form: SignerForm) -> Person:
    handle = (form.handle.data or "").removeprefix("@")
    try:
        return somebody(handle)
    except NotFound as error:
        raise RuleBroken(f"Nobody has the handle @{handle[:40]}.") from error


def _page(form: SignerForm, refusal: Refusal | None = None) -> str:
    return render_template(
        "admin/marketing.html",
        form=form,
        signers=definitions.signers(),
        refusal=refusal.sentence if refusal else "",
    )
