"""A member's own invitations: links that they hand over themselves."""

from __future__ import annotations

from flask import Blueprint, Response, flash, render_template
from flask.typing import ResponseReturnValue

from app.http import login_required, see_other, signed_in_person, write_once
from app.kernel.db import write
from app.kernel.errors import Refusal
from app.kernel.settings import settings
from app.people import invitations
from app.people.models import Role
from app.web.people.forms import InvitationForm
from app.web.security.limits import limit
from app.web.ui.refusals import answer_form

PATH = "/settings/invitations"
SHOWN_ONCE = "That invitation is made already. Its link is shown once: if you lost it, withdraw it and make another."

blueprint = Blueprint("invitations", __name__, url_prefix=PATH)


@blueprint.get("")
@login_required
def index() -> ResponseReturnValue:
    """Those that were made, and a form for another."""
    return _page(InvitationForm())


@blueprint.post("")
@limit("deeds")
@login_required
def make() -> ResponseReturnValue:
    """Make one, and show its link this once. It never carries a role: those are made by admins, elsewhere."""
    form, token = InvitationForm(), ""
    if not form.validate_on_submit():
        return _page(form, status=422)
    try:
        with write_once() as once:
            if not once.made:
                token = invitations.make_invitation(signed_in_person(), None, form.note.data or "")
                once.made = PATH
    except Refusal as refusal:
        return _page(form, refusal)
    if not token:
        flash(SHOWN_ONCE, "info")
        return see_other(PATH)
    return _page(InvitationForm(formdata=None), link=link_of(token))


@blueprint.post("/<int:invitation_id>/withdrawal")
@login_required
def withdraw(invitation_id: int) -> ResponseReturnValue:
    """Nobody can join by it any more."""
    with write():
        invitations.withdraw(invitation_id, by=signed_in_person())
    flash("The invitation is withdrawn. Its link leads nowhere now.", "good")
    return see_other(PATH)


def link_of(token: str) -> str:
    """The whole address of an invitation, to be handed over."""
    return f"{settings().base_url}/join/{token}"


def _page(form: InvitationForm, refusal: Refusal | None = None, *, link: str = "", status: int = 200) -> Response:
    person = signed_in_person()
    page = render_template(
        "people/invitations.html",
        form=form,
        refusal=refusal.sentence if refusal else None,
        link=link,
        made=invitations.last_invitations_of(person),
        left=None if person.holds(Role.ADMIN) else invitations.left_to(person),
        most=invitations.MOST_A_QUARTER,
    )
    return answer_form(page, refusal, status)
