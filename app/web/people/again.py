"""Showing once more that it is you, before something that a browser left open must not be enough for."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from app.http import login_required, see_other, signed_in_person
from app.kernel.db import write
from app.kernel.errors import Refusal
from app.people import passkeys, second_factor
from app.people.models import Person
from app.web.people.factor_checks import answer_to, check_code, party
from app.web.people.factor_forms import CodeForm, PasskeyForm
from app.web.people.forms import ProofForm
from app.web.people.passkey_questions import PROOF
from app.web.people.proving import note_proof
from app.web.people.signing_in import check_own_password
from app.web.security.places import safe_next
from app.web.ui.refusals import answer_form

blueprint = Blueprint("again", __name__)


@blueprint.get("/sign-in/again")
@login_required
def ask_again() -> ResponseReturnValue:
    """Ask for the password, or of whoever has none for a code; or for a passkey."""
    person, wanted = signed_in_person(), safe_next(request.args.get("next"))
    return _page(_form_of(person, next=wanted), wanted)


@blueprint.post("/sign-in/again")
@login_required
def prove() -> ResponseReturnValue:
    """Check what was typed; what was wanted is open for ten minutes."""
    person = signed_in_person()
    form = _form_of(person)
    wanted = safe_next(form.next.data)
    if not form.validate_on_submit():
        return _page(form, wanted, status=422)
    try:
        if isinstance(form, ProofForm):
            check_own_password(person, form.password.data or "")
        else:
            check_code(person, form.code.data or "")
    except Refusal as refusal:
        return _page(form, wanted, refusal)
    note_proof()
    return see_other(wanted)


@blueprint.post("/sign-in/again/passkey")
@login_required
def prove_by_passkey() -> ResponseReturnValue:
    """Check what the browser answered with a passkey."""
    person, form = signed_in_person(), PasskeyForm()
    wanted = safe_next(form.next.data)
    try:
        answer = answer_to(PROOF, form.credential.data or "", must_check=True)
        with write():
            passkeys.take(person, answer)
    except Refusal as refusal:
        return _page(_form_of(person, next=wanted), wanted, refusal)
    note_proof()
    return see_other(wanted)


def _form_of(person: Person, **values: str) -> ProofForm | CodeForm:
    return ProofForm(**values) if person.password else CodeForm(**values)


def _page(form: ProofForm | CodeForm, wanted: str, refusal: Refusal | None = None, status: int = 200) -> Response:
    person = signed_in_person()
    page = render_template(
        "people/again.html",
        form=form,
        passkey_form=PasskeyForm(formdata=None, next=wanted),
        has_password=person.password is not None,
        has_app=second_factor.has_app(person),
        has_passkeys=party() is not None and bool(passkeys.own(person)),
        wanted=wanted,
        refusal=refusal.sentence if refusal else None,
    )
    return answer_form(page, refusal, status)
