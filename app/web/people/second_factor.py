"""One's own second factor: the app, the passkeys, the recovery codes."""

from __future__ import annotations

from flask import Blueprint, Response, flash, render_template
from flask.typing import ResponseReturnValue

from app.http import see_other, signed_in_person
from app.kernel.db import write
from app.kernel.errors import Refusal
from app.people import passkeys, recovery_codes, second_factor
from app.web.people import setting_up, wiring
from app.web.people.factor_checks import add_passkey, address_with_passkeys, party
from app.web.people.factor_forms import AppForm, NewPasskeyForm
from app.web.people.passkey_questions import ADDING
from app.web.people.proving import proof_needed
from app.web.ui.refusals import answer_form

HERE = "/settings/second-factor"

blueprint = Blueprint("second_factor", __name__, url_prefix=HERE)


@blueprint.get("")
@proof_needed
def show() -> ResponseReturnValue:
    """What is set up, and what can be."""
    return _page(NewPasskeyForm())


@blueprint.post("/app")
@proof_needed
def begin() -> ResponseReturnValue:
    """Begin with an app; the one that is set up serves until the new one is."""
    setting_up.begin_app()
    return see_other(f"{HERE}/app")


@blueprint.get("/app")
@proof_needed
def show_app() -> ResponseReturnValue:
    """The picture for the app."""
    if not setting_up.has_begun():
        return see_other(HERE)
    return setting_up.app_page(signed_in_person(), AppForm(), f"{HERE}/app")


@blueprint.post("/app/code")
@proof_needed
def confirm() -> ResponseReturnValue:
    """The first code of the app: it is set up."""
    form = AppForm()
    if not setting_up.has_begun():
        return see_other(HERE)
    if not form.validate_on_submit():
        return setting_up.app_page(signed_in_person(), form, f"{HERE}/app")
    try:
        codes = setting_up.confirm_app(signed_in_person(), form.code.data or "")
    except Refusal as refusal:
        return setting_up.app_page(signed_in_person(), form, f"{HERE}/app", refusal)
    return _added(codes, "Your app is set up. Codes of another one are worth nothing any more.")


@blueprint.post("/app/remove")
@proof_needed
def remove_app() -> ResponseReturnValue:
    """Ask for codes of the app no more."""
    with write():
        second_factor.remove_app(signed_in_person())
    flash("Codes of that app are worth nothing any more.", "good")
    return see_other(HERE)


@blueprint.post("/passkeys")
@proof_needed
def add() -> ResponseReturnValue:
    """Keep the passkey that the browser made."""
    form = NewPasskeyForm()
    if not form.validate_on_submit():
        return _page(form, status=422)
    try:
        codes = add_passkey(ADDING, signed_in_person(), form.name.data or "", form.credential.data or "")
    except Refusal as refusal:
        return _page(form, refusal)
    return _added(codes, "Your passkey is set up.")


@blueprint.post("/passkeys/<int:passkey_id>/remove")
@proof_needed
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    """Let go of a passkey."""
    with write():
        passkeys.remove(signed_in_person(), passkey_id)
    flash("That passkey is worth nothing here any more. You may delete it on your device, too.", "good")
    return see_other(HERE)


@blueprint.post("/codes")
@proof_needed
def make_codes() -> ResponseReturnValue:
    """Ten new recovery codes, shown this once."""
    with write():
        codes = second_factor.make_recovery_codes(signed_in_person())
    return setting_up.codes_page(codes, HERE)


def _added(codes: list[str], words: str) -> ResponseReturnValue:
    """After something was added: the first one ends every session, and comes with recovery codes."""
    if not codes:
        flash(words, "good")
        return see_other(HERE)
    wiring.keep_in(signed_in_person(), with_second=True)
    return setting_up.codes_page(codes, HERE)


def _page(form: NewPasskeyForm, refusal: Refusal | None = None, status: int = 200) -> Response:
    person = signed_in_person()
    page = render_template(
        "people/second_factor.html",
        form=form,
        person=person,
        passkeys=passkeys.own(person),
        codes_left=recovery_codes.count_left(person),
        is_required=second_factor.is_required_of(person),
        passkeys_work=party() is not None,
        elsewhere=address_with_passkeys(),
        refusal=refusal.sentence if refusal else None,
    )
    return answer_form(page, refusal, status)
