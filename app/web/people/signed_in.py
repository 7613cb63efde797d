"""Where somebody is signed in, and how they came there lately; each browser can be signed out from here."""

from __future__ import annotations

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue

from app.http import login_required, see_other, signed_in_person
from app.kernel.db import write
from app.people import sessions, signs
from app.web.people import wiring
from app.web.people.proving import proof_needed
from app.web.security.sessions import own_session_id

SIGN_INS_SHOWN = 30
WAYS = {
    "password": "with your password",
    "passkey": "with a passkey",
    "company": "through your company",
    "confirmation": "by confirming your address",
    "first run": "as the first admin",
}

blueprint = Blueprint("signed_in", __name__, url_prefix="/settings/sessions")


@blueprint.get("")
@login_required
def index() -> ResponseReturnValue:
    """The browsers, the one used last first, and the last sign-ins."""
    person, own = signed_in_person(), own_session_id()
    found = [(one, sessions.is_of(one, own)) for one in sessions.of_person(person)]
    last = signs.last_sign_ins(person, SIGN_INS_SHOWN)
    return render_template("people/sessions.html", sessions=found, sign_ins=last, ways=WAYS, days=signs.KEEP.days)


@blueprint.post("/<int:session_id>/end")
@proof_needed
def end_one(session_id: int) -> ResponseReturnValue:
    """Sign one browser out; its next request comes from a guest."""
    with write():
        sessions.end_one_of(signed_in_person(), session_id)
    flash("That browser is signed out.", "good")
    return see_other("/settings/sessions")


@blueprint.post("/end-others")
@proof_needed
def end_others() -> ResponseReturnValue:
    """Sign every browser out but this one."""
    with write():
        sessions.end_others_of(signed_in_person(), own_session_id() or "")
    flash("Every other browser is signed out.", "good")
    return see_other("/settings/sessions")


@blueprint.post("/end-all")
@proof_needed
def end_all() -> ResponseReturnValue:
    """Sign every browser out, this one as well."""
    with write():
        sessions.end_all_of(signed_in_person())
    wiring.sign_out()
    flash("You are signed out everywhere.", "good")
    return see_other("/")
