"""A new password for whoever can read the mail of an address."""

from __future__ import annotations

from flask import Blueprint, Response, flash, render_template
from flask.typing import ResponseReturnValue

from app.http import see_other
from app.kernel.db import write
from app.kernel.errors import Refusal, TooOften
from app.people import actions, identities, letters, queries, rates
from app.people.addresses import normalise
from app.people.letters import LetterKind
from app.people.passwords import check_password, hash_password
from app.people.tokens import Purpose, open_token
from app.web.people.forms import AddressForm, NewPasswordForm
from app.web.people.joining import take_address
from app.web.people.signing_in import account_key
from app.web.security.limits import in_words
from app.web.security.places import place
from app.web.ui.refusals import answer_form

blueprint = Blueprint("resetting", __name__)


@blueprint.get("/reset")
def forgotten() -> ResponseReturnValue:
    """Which address shall the letter go to?"""
    return render_template("people/reset.html", form=AddressForm(), refusal=None)


@blueprint.post("/reset")
def ask_for_letter() -> ResponseReturnValue:
    """Send a letter if somebody has the address; the answer is the same if nobody has."""
    form = AddressForm()
    if not form.validate_on_submit():
        return _form_again(form)
    try:
        address = normalise(form.email.data or "")
        _write_letter(address)
    except Refusal as refusal:
        return _form_again(form, refusal)
    return see_other("/reset/sent")


@blueprint.get("/reset/sent")
def sent() -> ResponseReturnValue:
    """What happens next."""
    return render_template("people/letter_sent.html", purpose="reset")


@blueprint.get("/reset/<token>")
def choose(token: str) -> ResponseReturnValue:
    """The form for a new password, while the link is good."""
    open_token(Purpose.RESET, token)
    return render_template("people/new_password.html", form=NewPasswordForm(), refusal=None)


@blueprint.post("/reset/<token>")
def set_password(token: str) -> ResponseReturnValue:
    """Set the new password, end all sessions, and tell the owner. Reading the mail also confirms the address."""
    person = open_token(Purpose.RESET, token).person
    form = NewPasswordForm()
    if not form.validate_on_submit():
        return _choose_again(form)
    password = form.new_password.data or ""
    try:
        check_password(password, is_staff=person.is_employee)
        new_hash = hash_password(password)
    except Refusal as refusal:
        return _choose_again(form, refusal)
    with write():
        person = open_token(Purpose.RESET, token).person
        actions.change_password(person, new_hash)
        rates.forget(rates.SIGN_INS_OF_ACCOUNT, str(person.email))
        if person.confirmed_at is None:
            identities.forget_unproved(person)
            take_address(person)
    flash("Your new password is set. Sign in with it.", "good")
    return see_other("/sign-in")


def _write_letter(address: str) -> None:
    with write():
        refusal = _count_letter(address)
        person = queries.find_by_address(address)
        if refusal is None and person is not None and person.can_sign_in:
            letters.write_letter(person, LetterKind.RESET)
    if refusal is not None:
        raise refusal


def _count_letter(address: str) -> TooOften | None:
    """Count one more letter that is asked for, whether anybody has the address or not; why not, where it is refused."""
    wait = rates.take(rates.RESETS_FROM_PLACE, place())
    if wait:
        return TooOften(f"Many letters were asked for from where you are. Ask again in {in_words(wait)}.", wait)
    wait = rates.take(rates.LETTERS_TO_ADDRESS, account_key(address))
    if wait:
        return TooOften(f"Three letters went to this address already. The next can go in {in_words(wait)}.", wait)
    return None


def _form_again(form: AddressForm, refusal: Refusal | None = None) -> Response:
    page = render_template("people/reset.html", form=form, refusal=refusal.sentence if refusal else None)
    return answer_form(page, refusal, 422)


def _choose_again(form: NewPasswordForm, refusal: Refusal | None = None) -> Response:
    page = render_template("people/new_password.html", form=form, refusal=refusal.sentence if refusal else None)
    return answer_form(page, refusal, 422)
