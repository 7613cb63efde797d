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

PROOF_LASTS = timedelta(minutes=10)
SHOW_AND_SEND_AGAIN = "It is a while since you signed in. Show that it is you, and send the form once more."

Parameters = ParamSpec("Parameters")


def proof_needed(view: Callable[Parameters, ResponseReturnValue]) -> Callable[Parameters, ResponseReturnValue]:
    """Send whoever did not prove who they are in the last ten minutes to /sign-in/again and back; refuse guests."""

    @wraps(view)
    def guarded(*args: Parameters.args, **kwargs: Parameters.kwargs) -> ResponseReturnValue:
        signed_in_person()
        if is_proved():
            return view(*args, **kwargs)
        if request.method not in {"GET", "HEAD"}:
            flash(SHOW_AND_SEND_AGAIN, "warn")
        return see_other(f"/sign-in/again?next={quote(here(), safe='/')}")

    guarded.needs_sign_in = True  # type: ignore[attr-defined]
    return guarded


def is_proved() -> bool:
    """True within ten minutes of a password, a code, a passkey or a company's word."""
    proved_at: float = session.get(PROVED, 0.0)
    return 0 <= clock.now().timestamp() - proved_at < PROOF_LASTS.total_seconds()


def note_proof() -> None:
    """Whoever is signed in with this browser has just shown who they are."""
    session[PROVED] = clock.now().timestamp()
