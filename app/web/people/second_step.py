"""The second step of signing in: a code, a passkey or a recovery code; or setting one up, where a role asks for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from flask import Blueprint, Response, flash, render_template, session
from flask.typing import ResponseReturnValue

from app.http import see_other
from app.kernel.db import write
from app.kernel.errors import Refusal
from app.people import passkeys, second_factor
from app.web.people import half_way, wiring
from app.web.people.factor_checks import add_passkey, address_with_passkeys, answer_to, check_code, party
from app.web.people.factor_forms import AppForm, CodeForm, NewPasskeyForm, PasskeyForm
from app.web.people.half_way import ASK, HALF_WAY, SET_UP, Waiting
from app.web.people.passkey_questions import SECOND_STEP, SETTING_UP
from app.web.people.setting_up import app_page, begin_app, codes_page, confirm_app, has_begun
from app.web.ui.refusals import answer_form

TOO_SLOW = "That took longer than ten minutes. Sign in again."

blueprint = Blueprint("second_step", __name__)

View = Callable[[Waiting], ResponseReturnValue]


def for_waiting(page: str) -> Callable[[View], Callable[[], ResponseReturnValue]]:
    """Give a view whoever is half-way in and belongs on `page`; send everybody else where they belong."""

    def guard(view: View) -> Callable[[], ResponseReturnValue]:
        @wraps(view)
        def guarded() -> ResponseReturnValue:
            found = half_way.waiting()
            if found is not None:
                return view(found) if found.next_page == page else see_other(found.next_page)
            if session.pop(HALF_WAY, None):
                flash(TOO_SLOW, "warn")
            return see_other("/sign-in")

        return guarded

    return guard


@blueprint.get(ASK)
@for_waiting(ASK)
def ask(found: Waiting) -> ResponseReturnValue:
    """Ask for the second factor."""
    return _ask_page(found, CodeForm())


@blueprint.post(ASK)
@for_waiting(ASK)
def take_code(found: Waiting) -> ResponseReturnValue:
    """A code of the app, or a recovery code."""
    form = CodeForm()
    if not form.validate_on_submit():
        return _ask_page(found, form, status=422)
    try:
        check_code(found.person, form.code.data or "")
    except Refusal as refusal:
        return _ask_page(found, form, refusal)
    return see_other(wiring.let_in(found.person, found.arrival, with_second=True))


@blueprint.post(f"{ASK}/passkey")
@for_waiting(ASK)
def take_passkey(found: Waiting) -> ResponseReturnValue:
    """A passkey of theirs."""
    try:
        answer = answer_to(SECOND_STEP, PasskeyForm().credential.data or "", must_check=False)
        with write():
            passkeys.take(found.person, answer)
    except Refusal as refusal:
        return _ask_page(found, CodeForm(formdata=None), refusal)
    return see_other(wiring.let_in(found.person, found.arrival, with_second=True))


@blueprint.get(SET_UP)
@for_waiting(SET_UP)
def choose(found: Waiting) -> ResponseReturnValue:
    """What somebody may set up who needs a second factor and has none."""
    return _choose_page(NewPasskeyForm())


@blueprint.post(f"{SET_UP}/app")
@for_waiting(SET_UP)
def begin(found: Waiting) -> ResponseReturnValue:
    """Begin with an app."""
    begin_app()
    return see_other(f"{SET_UP}/app")


@blueprint.get(f"{SET_UP}/app")
@for_waiting(SET_UP)
def show_app(found: Waiting) -> ResponseReturnValue:
    """The picture for the app."""
    return app_page(found.person, AppForm(), f"{SET_UP}/app") if has_begun() else see_other(SET_UP)


@blueprint.post(f"{SET_UP}/app/code")
@for_waiting(SET_UP)
def confirm(found: Waiting) -> ResponseReturnValue:
    """The first code of the app: it is set up, and they are in."""
    form = AppForm()
    if not has_begun():
        return see_other(SET_UP)
    if not form.validate_on_submit():
        return app_page(found.person, form, f"{SET_UP}/app")
    try:
        codes = confirm_app(found.person, form.code.data or "")
    except Refusal as refusal:
        return app_page(found.person, form, f"{SET_UP}/app", refusal)
    return codes_page(codes, wiring.let_in(found.person, found.arrival, with_second=True))


@blueprint.post(f"{SET_UP}/passkey")
@for_waiting(SET_UP)
def add(found: Waiting) -> ResponseReturnValue:
    """A passkey: it is set up, and they are in."""
    form = NewPasskeyForm()
    if not form.validate_on_submit():
        return _choose_page(form, status=422)
    try:
        codes = add_passkey(SETTING_UP, found.person, form.name.data or "", form.credential.data or "")
    except Refusal as refusal:
        return _choose_page(form, refusal)
    return codes_page(codes, wiring.let_in(found.person, found.arrival, with_second=True))


def _ask_page(found: Waiting, form: CodeForm, refusal: Refusal | None = None, status: int = 200) -> Response:
    page = render_template(
        "people/second_step.html",
        form=form,
        passkey_form=PasskeyForm(formdata=None),
        has_app=second_factor.has_app(found.person),
        has_passkeys=bool(passkeys.own(found.person)),
        passkeys_work=party() is not None,
        elsewhere=address_with_passkeys(),
        refusal=refusal.sentence if refusal else None,
    )
    return answer_form(page, refusal, status)


def _choose_page(form: NewPasskeyForm, refusal: Refusal | None = None, status: int = 200) -> Response:
    page = render_template(
        "people/set_up_second_factor.html",
        form=form,
        passkeys_work=party() is not None,
        elsewhere=address_with_passkeys(),
        refusal=refusal.sentence if refusal else None,
    )
    return answer_form(page, refusal, status)
