"""Links by which people join, with a role if it shall be so. Whoever makes one hands it over themselves."""

from __future__ import annotations

from flask import Blueprint, Response, flash, render_template
from flask.typing import ResponseReturnValue

from app.http import see_other, signed_in_person
from app.kernel.db import write
from app.kernel.errors import Refusal, RuleBroken
from app.kernel.settings import settings
from app.people import invitations
from app.people.models import Role
from app.web.admin.door import admin_only
from app.web.admin.forms import InvitationForm
from app.web.people.proving import proof_needed
from app.web.ui.refusals import answer_form

blueprint = Blueprint("admin_invitations", __name__, url_prefix="/admin/invitations")


@blueprint.get("")
@admin_only
def index() -> ResponseReturnValue:
    """The invitations that somebody can still join by, and a form for one more."""
    return _page(InvitationForm(formdata=None))


@blueprint.post("")
@admin_only
@proof_needed
def make() -> ResponseReturnValue:
    """Make a link. It is shown on this one page: the database keeps only what proves it."""
    form = InvitationForm()
    if not form.validate_on_submit():
        return _page(form, status=422)
    role = Role(form.role.data) if form.role.data else None
    try:
        with write():
            token = invitations.make_invitation(signed_in_person(), role, form.note.data or "")
    except RuleBroken as refusal:
        return _page(form, refusal=refusal)
    return _page(InvitationForm(formdata=None), link=f"{settings().base_url}/join/{token}")


@blueprint.post("/<int:invitation_id>/withdrawal")
@admin_only
def withdraw(invitation_id: int) -> ResponseReturnValue:
    """Let a link be good for nothing."""
    try:
        with write():
            invitations.withdraw(invitation_id, by=signed_in_person())
    except RuleBroken as refusal:
        return _page(InvitationForm(formdata=None), refusal=refusal)
    flash("Withdrawn. The link leads nowhere now.", "good")
    return see_other("/admin/invitations")


def _page(form: InvitationForm, *, link: str = "", refusal: Refusal | None = None, status: int = 200) -> Response:
    page = render_template(
        "admin/invitations.html",
        form=form,
        link=link,
        open=invitations.open_invitations(),
        weeks=invitations.GOOD_FOR.days // 7,
        refusal=refusal.sentence if refusal else None,
    )
    return answer_form(page, refusal, status)
