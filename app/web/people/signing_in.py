"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, Response, flash, render_template, request
from flask.typing import ResponseReturnValue

from app.http import see_other, viewer
from app.kernel.db import db, write
from app.kernel.errors import NotAllowed, Refusal, RuleBroken, TooOften
from app.people import actions, letters, passkeys, queries, rates
from app.people.addresses import open_address, seal
from app.people.letters import LetterKind
from app.people.models import Person
from app.people.passwords import hash_password, is_right_password, needs_new_hash
from app.web.people import half_way, wiring
from app.web.people.factor_checks import address_with_passkeys, answer_to, party
from app.web.people.factor_forms import PasskeyForm
from app.web.people.forms import PlainForm, SignInForm
from app.web.people.passkey_questions import SIGN_IN
from app.web.security.limits import in_words
from app.web.security.places import place, safe_next
from app.web.ui.refusals import answer_form

NOT_TOGETHER = "That address and password do not belong together. Check both, or set a new password."
WRONG_PASSWORD = "That is not your present password."  # noqa: S105 - a sentence
NOT_CONFIRMED = "Your address is not confirmed yet. We have sent you a new mail; open the link in it."

blueprint = Blueprint("signing_in", __name__)


@blueprint.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """The form, unless somebody is signed in already."""
    wanted = safe_next(request.args.get("next"))
    if viewer() is not None:
        return see_other(wanted)
    waiting = half_way.waiting()
    if waiting is not None:
        return see_other(waiting.next_page)
    return _form_page(SignInForm(next=wanted))


@blueprint.post("/sign-in")
def enter() -> ResponseReturnValue:
    """Check address and password; the answer and its time are the same for unknown people."""
    form = SignInForm()
    if not form.validate_on_submit():
        return _form_page(form, status=422)
    address, password = form.email.data or "", form.password.data or ""
    try:
        count_try(address)
        person = find_by_password(address, password)
    except (TooOften, RuleBroken) as refusal:
        return _form_page(form, refusal)
    if person.confirmed_at is None:
        send_confirmation_again(person)
        return _form_page(form, NotAllowed(NOT_CONFIRMED))
    wanted = safe_next(form.next.data)
    return see_other(wiring.enter(person, way="password", wanted=wanted, stay=bool(form.stay.data)))


@blueprint.post("/sign-in/passkey")
def enter_by_passkey() -> ResponseReturnValue:
    """A passkey whose owner was checked by their device is password and second factor in one."""
    form = PasskeyForm()
    wanted = safe_next(form.next.data)
    try:
        answer = answer_to(SIGN_IN, form.credential.data or "", must_check=True)
        with write():
            person = passkeys.take(None, answer)
        if person.confirmed_at is None or not person.can_sign_in:
            raise RuleBroken(passkeys.NOT_KNOWN)
    except Refusal as refusal:
        return _form_page(SignInForm(formdata=None, next=wanted), refusal)
    return see_other(wiring.enter(person, way=wiring.PASSKEY, wanted=wanted))


@blueprint.get("/sign-out")
def ask_to_leave() -> ResponseReturnValue:
    """A button: nothing changes by opening an address."""
    return render_template("people/sign_out.html", form=PlainForm()) if viewer() else see_other("/")


@blueprint.post("/sign-out")
def leave() -> ResponseReturnValue:
    """End this browser's session."""
    wiring.sign_out()
    flash("You are signed out.", "good")
    return see_other("/")


def count_try(address: str) -> None:
    """Count a try to sign in with `address` from where the request comes from.

    Raises TooOften with one sentence, whether the password is right or not; the owner is told once by mail.
    """
    account = account_key(address)
    with write():
        wait = rates.take(rates.SIGN_INS_FROM_PLACE, place())
        if not wait:
            wait = rates.take(rates.SIGN_INS_OF_ACCOUNT, account)
            if wait:
                _warn_owner(address, account)
    if wait:
        sentence = f"That was one try too many. Try again in {in_words(wait)}, or set a new password."
        raise TooOften(sentence, wait)


def find_by_password(address: str, password: str) -> Person:
    """Whoever signs in with these. Raises RuleBroken, after an equally long time, for a wrong pair."""
    person = queries.find_by_address(address)
    kept = person.password if person is not None and person.can_sign_in else None
    db.session.rollback()
    if not is_right_password(password, kept):
        raise RuleBroken(NOT_TOGETHER)
    assert person is not None
    assert kept is not None
    new_hash = hash_password(password) if needs_new_hash(kept) else None
    with write():
        # Checking takes a while, in which the owner may have set another one.
        if person.password != kept:
            raise RuleBroken(NOT_TOGETHER)
        rates.forget(rates.SIGN_INS_OF_ACCOUNT, account_key(address))
        if new_hash:
            actions.renew_hash(person, new_hash)
    return person


def check_own_password(person: Person, typed: str) -> None:
    """Raise RuleBroken for a password that is not `person`'s, or TooOften when it was tried too often."""
    assert person.email is not None
    own = open_address(person.email)
    count_try(own)
    try:
        find_by_password(own, typed)
    except RuleBroken as error:
        raise RuleBroken(WRONG_PASSWORD) from error


def send_confirmation_again(person: Person) -> None:
    """Send the letter with the link once more, but not often."""
    with write():
        if not rates.take(rates.LETTERS_TO_ADDRESS, str(person.email)):
            letters.write_letter(person, LetterKind.CONFIRM)


def account_key(address: str) -> str:
    """What tries with `address` are counted under, whether somebody has it or not."""
    try:
        return str(seal(address))
    except RuleBroken:
        return address.strip().lower()


def _warn_owner(address: str, account: str) -> None:
    person = queries.find_by_address(address)
    if person is not None and person.can_sign_in and not rates.take(rates.WARNINGS_OF_ACCOUNT, account):
        letters.write_letter(person, LetterKind.MANY_ATTEMPTS)


def _form_page(form: SignInForm, refusal: Refusal | None = None, status: int = 200) -> Response:
    page = render_template(
        "people/sign_in.html",
        form=form,
        passkey_form=PasskeyForm(formdata=None, next=form.next.data),
        passkeys_work=party() is not None,
        elsewhere=address_with_passkeys(),
        refusal=refusal.sentence if refusal else None,
    )
    return answer_form(page, refusal, status)
