"""Deeds that ask for more than a browser that was left open: whoever does them has just shown who they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import ParamSpec
from urllib.parse import quote

from flask import flash, request, session
from flask.typing import ResponseReturnValue

from app.http import see_other, signed_in_person
from app.kernel import clock
from app.web.security.places import here
from app.web.security.sessions import PROVED
from app.web.ui.refusals import refusal_page, typed_text

PROOF_LASTS = timedelta(minutes=10)
SHOW_AND_SEND_AGAIN = "It is a while since you signed in. Show that it is you, and send the form once more."

Parameters = ParamSpec("Parameters")


def proof_needed(view: Callable[Parameters, ResponseReturnValue]) -> Callable[Parameters, ResponseReturnValue]:
    """Send whoever did not prove who they are in the last ten minutes to /sign-in/again and back; refuse guests."""

    @wraps(view)
    def guarded(*args: Parameters.args, **kwargs: Parameters.kwargs) -> ResponseReturnValue:
        signed_in_person()
        return view(*args, **kwargs) if is_proved() else _ask_first()

    guarded.needs_sign_in = True  # type: ignore[attr-defined]
    return guarded


def password_or_proof(view: Callable[Parameters, ResponseReturnValue]) -> Callable[Parameters, ResponseReturnValue]:
    """For a form that asks for the password itself: as `proof_needed`, for those who have none to be asked for."""

    @wraps(view)
    def guarded(*args: Parameters.args, **kwargs: Parameters.kwargs) -> ResponseReturnValue:
        has_password = signed_in_person().password is not None
        return view(*args, **kwargs) if has_password or is_proved() else _ask_first()

    guarded.needs_sign_in = True  # type: ignore[attr-defined]
    return guarded


def is_proved() -> bool:
    """True within ten minutes of a password, a code, a passkey or a company's word."""
    proved_at: float = session.get(PROVED, 0.0)
    return 0 <= clock.now().timestamp() - proved_at < PROOF_LASTS.total_seconds()


def _ask_first() -> ResponseReturnValue:
    """To /sign-in/again; with a text that would be lost on the way there, a page first that shows it."""
    way_on = f"/sign-in/again?next={quote(here(), safe='/')}"
    if typed_text():
        return refusal_page(401, SHOW_AND_SEND_AGAIN, way_on=way_on)
    if request.method not in {"GET", "HEAD"}:
        flash(SHOW_AND_SEND_AGAIN, "warn")
    return see_other(way_on)


def forget_proof() -> None:
    """Whoever is signed in with this browser shows who they are before the next weighty deed."""
    session.pop(PROVED, None)


def note_proof() -> None:
    """Whoever is signed in with this browser has just shown who they are."""
    session[PROVED] = clock.now().timestamp()
