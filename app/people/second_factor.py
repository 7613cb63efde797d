"""A second proof when signing in, besides the password: the code of an app, a passkey, or a recovery code.

`tf_primary_method` of a person is settled with every change: it says whether they have one at all, and which.
"""

from __future__ import annotations

import enum

from sqlalchemy import delete, exists, select

from app.kernel.db import db
from app.kernel.errors import NotAllowed, RuleBroken
from app.kernel.settings import settings
from app.people import audit, authenticator, letters, recovery_codes, sessions
from app.people.letters import LetterKind
from app.people.models import Passkey, Person

WRONG_CODE = "That code is not right, or it was used already. Wait for the next one in your app and enter that."
NEEDED_HERE = "Your role here asks for a second factor. Set up another one first, then this one can go."


class Factor(enum.StrEnum):
    """What somebody's second factor is, in the words that Flask-Security keeps."""

    APP = "authenticator"
    PASSKEY = "webauthn"


def is_set_up(person: Person) -> bool:
    """True when the person has a second factor, so that it is asked for."""
    return person.tf_primary_method is not None


def is_required_of(person: Person) -> bool:
    """True for everybody who holds a role, unless the operator only offers it."""
    return person.is_employee and settings().second_factor == "required"


def is_asked_of(person: Person) -> bool:
    """True when a password alone does not let the person in."""
    return is_set_up(person) or is_required_of(person)


def has_app(person: Person) -> bool:
    return person.tf_totp_secret is not None


def locked(person: Person) -> Person:
    """The person as they are now, and nobody else's until the end of the write transaction."""
    rows = select(Person).where(Person.id == person.id).with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(rows).one()


def take_code(person: Person, code: str) -> None:
    """Take a code of the app, or a recovery code, in the open write transaction; raises RuleBroken for any other.

    Whoever used a recovery code is told by mail.
    """
    person = locked(person)
    if person.tf_totp_secret and authenticator.take_code(person, person.tf_totp_secret, code):
        return
    if not recovery_codes.take_code(person, code):
        raise RuleBroken(WRONG_CODE)
    letters.write_letter(person, LetterKind.RECOVERY_CODE_USED)


def set_app(person: Person, secret: str, code: str) -> list[str]:
    """Take this app, shown to be set up by one of its codes, instead of any other. Raises RuleBroken for a wrong one.

    Returns recovery codes to show, if it is the person's first second factor; every session is ended then.
    """
    person = locked(person)
    before, person.tf_last_counter = person.tf_last_counter, None
    if not authenticator.take_code(person, secret, code):
        person.tf_last_counter = before
        raise RuleBroken(WRONG_CODE)
    person.tf_totp_secret = secret
    return settle_added(person)


def remove_app(person: Person) -> None:
    """Ask for codes of the app no more. Raises NotAllowed where it is the last second factor of somebody in office."""
    person = locked(person)
    if not has_app(person):
        return
    check_can_do_without(person, other=_has_passkey(person))
    person.tf_totp_secret, person.tf_last_counter = None, None
    settle_removed(person)


def make_recovery_codes(person: Person) -> list[str]:
    """Ten new recovery codes, to be shown now; the old ones are worth nothing."""
    person = locked(person)
    if not is_set_up(person):
        raise RuleBroken("Recovery codes stand in for a second factor. Set one up first.")
    letters.write_letter(person, LetterKind.SECOND_FACTOR_CHANGED)
    return recovery_codes.make_codes(person)


def take_away(person: Person, *, by: Person | None) -> None:
    """Take every second factor of somebody away (a lost telephone), and end all of their sessions; they are told."""
    person = locked(person)
    db.session.execute(delete(Passkey).where(Passkey.user_id == person.id))
    person.tf_totp_secret, person.tf_last_counter = None, None
    _settle(person)
    sessions.end_all_of(person)
    audit.note("second_factor.removed", by=by, about=person)
    letters.write_letter(person, LetterKind.SECOND_FACTOR_REMOVED)


def settle_added(person: Person) -> list[str]:
    """After something was added: the person is told, and with the first one gets recovery codes to be shown."""
    is_first = not is_set_up(person)
    _settle(person)
    letters.write_letter(person, LetterKind.SECOND_FACTOR_CHANGED)
    if not is_first:
        return []
    # Whoever came in with a password alone, on another browser, comes in again with both.
    sessions.end_all_of(person)
    return recovery_codes.make_codes(person)


def settle_removed(person: Person) -> None:
    """After something was taken away: the person is told."""
    _settle(person)
    letters.write_letter(person, LetterKind.SECOND_FACTOR_CHANGED)


def check_can_do_without(person: Person, *, other: bool) -> None:
    """Raise NotAllowed if the last second factor is about to go from somebody who needs one; `other`: there is more."""
    if is_required_of(person) and not other:
        raise NotAllowed(NEEDED_HERE)


def _settle(person: Person) -> None:
    db.session.flush()
    if person.tf_totp_secret is not None:
        person.tf_primary_method = Factor.APP.value
    elif _has_passkey(person):
        person.tf_primary_method = Factor.PASSKEY.value
    else:
        person.tf_primary_method = None
        person.mf_recovery_codes = None


def _has_passkey(person: Person) -> bool:
    return bool(db.session.scalar(select(exists().where(Passkey.user_id == person.id))))
