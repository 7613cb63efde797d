"""Everybody's own settings: password and address."""

from __future__ import annotations

from typing import TypeVar

from flask import Blueprint, Response, flash, render_template
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from app.accounts import actions as accounts
from app.http import login_required, see_other, signed_in_person
from app.kernel.db import write
from app.kernel.errors import Refusal, TooOften
from app.kernel.settings import settings
from app.people import actions, rates
from app.people.addresses import open_address, seal
from app.people.models import Person
from app.people.passwords import check_password, hash_password
from app.people.tokens import Purpose, open_token
from app.web.people import wiring
from app.web.people.forms import ChangeAddressForm, ChangePasswordForm, PlainForm
from app.web.people.proving import password_or_proof
from app.web.people.signing_in import check_own_password
from app.web.security.limits import in_words
from app.web.ui.refusals import answer_form

PasswordForm = TypeVar("PasswordForm", ChangePasswordForm, ChangeAddressForm)

blueprint = Blueprint("settings", __name__, url_prefix="/settings")


@blueprint.get("")
@login_required
def start() -> ResponseReturnValue:
    """The first of the settings."""
    return see_other("/settings/profile")


@blueprint.get("/password")
@password_or_proof
def password() -> ResponseReturnValue:
    """The form for another password."""
    form = _for_own(ChangePasswordForm())
    return render_template("people/change_password.html", form=form, refusal=None)


@blueprint.post("/password")
@password_or_proof
def change_password() -> ResponseReturnValue:
    """Set another password; every other browser is signed out, this one stays."""
    person = signed_in_person()
    form = _for_own(ChangePasswordForm())
    template = "people/change_password.html"
    if not form.validate_on_submit():
        return _form_again(template, form, None)
    wanted = form.new_password.data or ""
    try:
        check_password(wanted, is_staff=person.is_employee)
        _check_is_own(person, form)
        new_hash = hash_password(wanted)
    except Refusal as refusal:
        return _form_again(template, form, refusal)
    with write():
        actions.change_password(person, new_hash)
    wiring.keep_in(person)
    flash("Your new password is set. Every other browser is signed out.", "good")
    return see_other("/settings/password")


@blueprint.get("/address")
@password_or_proof
def address() -> ResponseReturnValue:
    """The form for another address."""
    return _address_page(_for_own(ChangeAddressForm()))


@blueprint.post("/address")
@password_or_proof
def change_address() -> ResponseReturnValue:
    """Begin to move: a company that came with the old address is gone at once, and both addresses get a letter."""
    person = signed_in_person()
    form = _for_own(ChangeAddressForm())
    if not form.validate_on_submit():
        return _address_page(form, status=422)
    try:
        new = seal(form.email.data or "")
        _check_is_own(person, form)
        with write():
            _count_letter(person)
            actions.leave_address(person, new)
            accounts.map_by_address(person, company_domains=settings().company_domains)
    except Refusal as refusal:
        return _address_page(form, refusal)
    flash("A mail is on its way to the new address. Open the link in it within 30 minutes.", "good")
    return see_other("/settings/address")


@blueprint.get("/address/<token>")
def ask_to_confirm(token: str) -> ResponseReturnValue:
    """A button: programs that look into mail open links, so opening one changes nothing."""
    opened = open_token(Purpose.NEW_ADDRESS, token)
    assert opened.address is not None
    return render_template("people/confirm_address.html", form=PlainForm(), address=open_address(opened.address))


@blueprint.post("/address/<token>")
def confirm_address(token: str) -> ResponseReturnValue:
    """The new address is theirs: its domain says which company they belong to, if any."""
    with write():
        opened = open_token(Purpose.NEW_ADDRESS, token)
        assert opened.address is not None
        actions.take_new_address(opened.person, opened.address)
        accounts.map_by_address(opened.person, company_domains=settings().company_domains)
    flash("Your new address is confirmed. Sign in with it from now on.", "good")
    return see_other("/")


def _for_own(form: PasswordForm) -> PasswordForm:
    """The form as `signed_in_person` needs it: without the field for a password that they do not have."""
    if signed_in_person().password is None:
        del form.password
    return form


def _check_is_own(person: Person, form: ChangePasswordForm | ChangeAddressForm) -> None:
    """Raise RuleBroken, or TooOften, for a password that is not theirs; who has none was asked for another proof."""
    if form.password:
        check_own_password(person, form.password.data or "")


def _count_letter(person: Person) -> None:
    wait = rates.take(rates.LETTERS_TO_ADDRESS, str(person.email))
    if wait:
        raise TooOften(f"You have changed it several times. The next change can go in {in_words(wait)}.", wait)


def _address_page(form: ChangeAddressForm, refusal: Refusal | None = None, status: int = 200) -> Response:
    present = signed_in_person().email
    assert present is not None
    page = render_template(
        "people/change_address.html",
        form=form,
        present=open_address(present),
        refusal=refusal.sentence if refusal else None,
    )
    return answer_form(page, refusal, status)


def _form_again(template: str, form: FlaskForm, refusal: Refusal | None) -> Response:
    page = render_template(template, form=form, refusal=refusal.sentence if refusal else None)
    return answer_form(page, refusal, 422)
