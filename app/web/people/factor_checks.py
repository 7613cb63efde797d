"""What a second factor is asked with: codes, counted, and questions to browsers that have passkeys."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import request, session

from app.kernel import clock
from app.kernel.db import write
from app.kernel.errors import NotAllowed, RuleBroken, TooOften
from app.kernel.settings import settings
from app.people import letters, passkeys, rates, second_factor
from app.people.letters import LetterKind
from app.people.models import Person
from app.people.passkeys import Answer, Party, party_at
from app.web.security.limits import in_words

QUESTION = "passkey_question"
SECONDS_TO_ANSWER = 180
TOO_LATE = "That took too long, or it was sent twice. Press the button once more."
NO_PASSKEYS_HERE = "Passkeys belong to a name. At a network address browsers know none."


def check_code(person: Person, typed: str) -> None:
    """Take a code of the app, or a recovery code. Raises RuleBroken for a wrong one, TooOften after ten in ten minutes.

    The person is told once by mail when it is too often: somebody knows their password.
    """
    who = str(person.id)
    with write():
        wait = rates.take(rates.SECOND_FACTOR_TRIES, who)
        if wait and not rates.take(rates.WARNINGS_OF_SECOND_FACTOR, who):
            letters.write_letter(person, LetterKind.MANY_CODES)
    if wait:
        raise TooOften(f"Those were too many codes. Try again in {in_words(wait)}.", wait)
    with write():
        second_factor.take_code(person, typed)
        rates.forget(rates.SECOND_FACTOR_TRIES, who)


def party() -> Party | None:
    """This site as browsers know it; None where it is reached at a network address, which no passkey belongs to."""
    own = settings()
    # On one's own machine the site has several names, and passkeys work at one of them: the browser says which it is.
    return party_at(request.host_url.rstrip("/") if own.is_local else own.base_url, own.site_name)


def address_with_passkeys() -> str | None:
    """On one's own machine, where to open the site so that passkeys work."""
    own = settings()
    if not own.is_local or party() is not None:
        return None
    port = urlsplit(own.base_url).port
    return f"http://localhost:{port}" if port else "http://localhost"


def ask_to_sign_in(purpose: str, person: Person | None, *, must_check: bool) -> dict[str, Any]:
    """A question that any passkey of `person` answers, or for None any that this site knows."""
    here, challenge = _party_here(), passkeys.new_challenge()
    _remember(purpose, challenge)
    return passkeys.question_to_sign_in(person, challenge, here, must_check=must_check)


def ask_to_add(purpose: str, person: Person) -> dict[str, Any]:
    """A question that a new passkey of `person` answers."""
    here, challenge, handle = _party_here(), passkeys.new_challenge(), passkeys.new_handle(person)
    _remember(purpose, challenge, handle)
    return passkeys.question_to_add(person, handle, challenge, here)


def answer_to(purpose: str, text: str, *, must_check: bool) -> Answer:
    """What the browser answered to the last question, if that was asked for `purpose`. Each is answered once."""
    challenge, _ = _recall(purpose)
    return Answer(text=text, challenge=challenge, party=_party_here(), is_owner_checked=must_check)


def add_passkey(purpose: str, person: Person, name: str, text: str) -> list[str]:
    """Keep what the browser made; recovery codes to show if it is the first. Raises RuleBroken."""
    challenge, handle = _recall(purpose)
    answer = Answer(text=text, challenge=challenge, party=_party_here(), is_owner_checked=False)
    with write():
        return passkeys.add(person, name, handle, answer)


def _party_here() -> Party:
    here = party()
    if here is None:
        raise NotAllowed(NO_PASSKEYS_HERE)
    return here


def _remember(purpose: str, challenge: str, handle: str = "") -> None:
    session[QUESTION] = [purpose, challenge, handle, clock.now().timestamp()]


def _recall(purpose: str) -> tuple[str, str]:
    """Challenge and handle of the question. Raises RuleBroken for one that was answered, is too old, or another's."""
    asked_for, challenge, handle, asked_at = session.pop(QUESTION, ["", "", "", 0.0])
    if asked_for != purpose or not 0 <= clock.now().timestamp() - asked_at < SECONDS_TO_ANSWER:
        raise RuleBroken(TOO_LATE)
    return challenge, handle
