"""Questions to a browser that has passkeys. Its script asks for one here, and sends the answer to where it belongs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from app.http import signed_in_person
from app.kernel.errors import Malformed, SignInNeeded
from app.people.models import Person
from app.web.people import half_way
from app.web.people.factor_checks import ask_to_add, ask_to_sign_in
from app.web.people.proving import SHOW_AND_SEND_AGAIN, is_proved
from app.web.security.limits import limit

# What a question is for; its answer is good for nothing else.
SIGN_IN, SECOND_STEP, SETTING_UP, PROOF, ADDING = "sign-in", "second-step", "setting-up", "proof", "adding"

blueprint = Blueprint("questions_to_browsers", __name__)


@blueprint.post("/passkeys/question")
@limit("passkeys")
def ask() -> ResponseReturnValue:
    """The question, as JSON."""
    question = QUESTIONS.get(request.form.get("purpose", ""))
    if question is None:
        raise Malformed("Say what the passkey is for.")
    return jsonify(question())


def _sign_in() -> dict[str, Any]:
    return ask_to_sign_in(SIGN_IN, None, must_check=True)


def _second_step() -> dict[str, Any]:
    return ask_to_sign_in(SECOND_STEP, _person_on(half_way.ASK), must_check=False)


def _setting_up() -> dict[str, Any]:
    return ask_to_add(SETTING_UP, _person_on(half_way.SET_UP))


def _proof() -> dict[str, Any]:
    return ask_to_sign_in(PROOF, signed_in_person(), must_check=True)


def _adding() -> dict[str, Any]:
    person = signed_in_person()
    if not is_proved():
        raise SignInNeeded(SHOW_AND_SEND_AGAIN)
    return ask_to_add(ADDING, person)


def _person_on(page: str) -> Person:
    found = half_way.waiting()
    if found is None or found.next_page != page:
        raise SignInNeeded("Sign in first.")
    return found.person


QUESTIONS: dict[str, Callable[[], dict[str, Any]]] = {
    SIGN_IN: _sign_in,
    SECOND_STEP: _second_step,
    SETTING_UP: _setting_up,
    PROOF: _proof,
    ADDING: _adding,
}
