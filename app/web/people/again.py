"""Showing once more that it is you, before something that a browser left open must not be enough for."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from app.http import login_required, see_other, signed_in_person
from app.kernel.errors import Refusal
from app.web.people.forms import ProofForm
from app.web.people.proving import note_proof
from app.web.people.signing_in import check_own_password
from app.web.security.places import safe_next

blueprint = Blueprint("again", __name__)


@blueprint.get("/sign-in/again")
@login_required
def ask_again() -> ResponseReturnValue:
    """Ask for the password."""
    return _page(ProofForm(next=safe_next(request.args.get("next"))))


@blueprint.post("/sign-in/again")
@login_required
def prove() -> ResponseReturnValue:
    """Check the password; what was wanted is open for ten minutes."""
    form = ProofForm()
    if not form.validate_on_submit():
        return _page(form, status=422)
    try:
        check_own_password(signed_in_person(), form.password.data or "")
    except Refusal as refusal:
        return _page(form, refusal)
    note_proof()
    return see_other(safe_next(form.next.data))


def _page(form: ProofForm, refusal: Refusal | None = None, status: int = 200) -> Response:
    page = render_template("people/again.html", form=form, refusal=refusal.sentence if refusal else None)
    waiting = {"Retry-After": str(refusal.retry_after)} if refusal and refusal.retry_after else {}
    return make_response(page, refusal.status if refusal else status, waiting)
