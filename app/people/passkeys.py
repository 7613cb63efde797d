"""Passkeys and security keys (WebAuthn, by py_webauthn): what a browser is asked, and whether it answered well.

A challenge is made for one question and one answer; whoever asks keeps it meanwhile, where the browser cannot reach it.
"""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import webauthn
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from sqlalchemy import select
from webauthn.helpers import options_to_json_dict, parse_authentication_credential_json
from webauthn.helpers import structs as asked
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import UserVerificationRequirement as Verification

from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import NotFound, RuleBroken
from app.people import rules, second_factor
from app.people.models import Passkey, Person

MOST = 10
LONGEST_NAME = 64
LONGEST_ANSWER = 16_000
MILLISECONDS_TO_ANSWER = 120_000
BYTES_OF_HANDLE = 32
NOT_TAKEN = "That did not work: the passkey did not answer as it should. Try again, or use another way."
NOT_KNOWN = "We do not know that passkey. Use another one, or sign in with your password."
SECOND_ONLY = (
    "That passkey did not know its owner when it was set up, so it goes with your password. Sign in with both."
)
# In Flask-Security's words: whether a passkey may stand for the password too. A key that had no PIN takes one from
# whoever finds it.
FIRST, SECONDARY = "first", "secondary"

# What py_webauthn raises, its own and others', at answers that nobody's browser would give.
BROKEN = (
    WebAuthnException,
    InvalidSignature,
    UnsupportedAlgorithm,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
)


@dataclass(frozen=True)
class Party:
    """This site, as browsers know it: the host that passkeys belong to, and the exact origin of its pages."""

    host: str
    origin: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a browser sent back (JSON), to which challenge, at which site; whether it had to know its owner as well."""

    text: str
    challenge: str
    party: Party
    is_owner_checked: bool


def party_at(origin: str, name: str) -> Party | None:
    """The site at `origin` as a party; None at a network address, which no passkey can belong to."""
    host = urlsplit(origin).hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return Party(host=host, origin=origin, name=name)
    return None


def new_challenge() -> str:
    """What the next answer must be an answer to."""
    return secrets.token_urlsafe(32)


def own(person: Person) -> Sequence[Passkey]:
    """The passkeys of `person`, oldest first."""
    return db.session.scalars(select(Passkey).where(Passkey.user_id == person.id).order_by(Passkey.id)).all()


def question_to_add(person: Person, handle: str, challenge: str, party: Party) -> dict[str, Any]:
    """What a browser is asked that shall make a passkey for `person`, who is known to it by `handle`."""
    options = webauthn.generate_registration_options(
        rp_id=party.host,
        rp_name=party.name,
        user_id=handle.encode(),
        user_name=person.handle,
        user_display_name=person.name,
        challenge=challenge.encode(),
        timeout=MILLISECONDS_TO_ANSWER,
        authenticator_selection=asked.AuthenticatorSelectionCriteria(
            resident_key=asked.ResidentKeyRequirement.PREFERRED, user_verification=Verification.PREFERRED
        ),
        exclude_credentials=_described(own(person)),
    )
    return options_to_json_dict(options)


def question_to_sign_in(person: Person | None, challenge: str, party: Party, *, must_check: bool) -> dict[str, Any]:
    """What a browser is asked that shall show one of the passkeys of `person`, or, for None, any that it has.

    With `must_check` it also makes sure that its owner holds it, by a finger, a face or a PIN.
    """
    options = webauthn.generate_authentication_options(
        rp_id=party.host,
        challenge=challenge.encode(),
        timeout=MILLISECONDS_TO_ANSWER,
        allow_credentials=_described(own(person)) if person else None,
        user_verification=Verification.REQUIRED if must_check else Verification.PREFERRED,
    )
    return options_to_json_dict(options)


def new_handle(person: Person) -> str:
    """What authenticators know `person` by, the same for all of their passkeys: random, part of nothing else."""
    return person.fs_webauthn_user_handle or secrets.token_urlsafe(BYTES_OF_HANDLE)


def add(person: Person, name: str, handle: str, answer: Answer) -> list[str]:
    """Keep a new passkey. Raises RuleBroken for an answer that does not fit, or a name that cannot be.

    Returns recovery codes to show, if it is the person's first second factor; every session is ended then.
    """
    person = second_factor.locked(person)
    name = _clean_name(name)
    if len(own(person)) >= MOST:
        raise RuleBroken(f"You have {MOST} passkeys. Remove one that you do not use any more.")
    made = _verified_new(answer)
    if db.session.scalar(select(Passkey.id).where(Passkey.credential_id == made.credential_id)) is not None:
        raise RuleBroken("That passkey is set up already.")
    person.fs_webauthn_user_handle = person.fs_webauthn_user_handle or handle
    db.session.add(
        Passkey(
            user_id=person.id,
            credential_id=made.credential_id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            backup_state=made.credential_backed_up,
            device_type=made.credential_device_type.value,
            name=name,
            usage=FIRST if made.user_verified else SECONDARY,
        )
    )
    return second_factor.settle_added(person)


def take(person: Person | None, answer: Answer) -> Person:
    """Whose passkey gave this answer, in the open write transaction: one of `person`'s, or, for None, anybody's.

    Raises RuleBroken for an answer that does not fit, and for a count of uses that went back: a copy of the key.
    """
    try:
        given = parse_authentication_credential_json(answer.text[:LONGEST_ANSWER])
        passkey = _find(given.raw_id)
        owner = db.session.scalar(select(Person).where(Person.id == passkey.user_id)) if passkey else None
        if passkey is None or owner is None or not _is_of(owner, person, given.response.user_handle):
            raise RuleBroken(NOT_KNOWN)
        if person is None and passkey.usage != FIRST:
            raise RuleBroken(SECOND_ONLY)
        shown = webauthn.verify_authentication_response(
            credential=given,
            expected_challenge=answer.challenge.encode(),
            expected_rp_id=answer.party.host,
            expected_origin=answer.party.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=answer.is_owner_checked,
        )
    except BROKEN:
        raise RuleBroken(NOT_TAKEN)
    passkey.sign_count = shown.new_sign_count
    passkey.backup_state = shown.credential_backed_up
    passkey.lastuse_datetime = clock.now()
    return owner


def remove(person: Person, passkey_id: int) -> None:
    """Let go of a passkey. Raises NotFound if it is not the person's, NotAllowed if they need it."""
    person = second_factor.locked(person)
    found = [one for one in own(person) if one.id == passkey_id]
    if not found:
        raise NotFound
    others = len(own(person)) > 1 or second_factor.has_app(person)
    second_factor.check_can_do_without(person, other=others)
    db.session.delete(found[0])
    second_factor.settle_removed(person)


def _verified_new(answer: Answer) -> Any:
    try:
        return webauthn.verify_registration_response(
            credential=answer.text[:LONGEST_ANSWER],
            expected_challenge=answer.challenge.encode(),
            expected_rp_id=answer.party.host,
            expected_origin=answer.party.origin,
            require_user_verification=answer.is_owner_checked,
        )
    except BROKEN:
        raise RuleBroken(NOT_TAKEN)


def _find(credential_id: bytes) -> Passkey | None:
    """The passkey, and nobody else's until the end of the write transaction."""
    return db.session.scalar(select(Passkey).where(Passkey.credential_id == credential_id).with_for_update())


def _is_of(owner: Person, wanted: Person | None, handle: bytes | None) -> bool:
    """Whoever has not said who they are must be named by the passkey itself."""
    if wanted is not None and owner.id != wanted.id:
        return False
    if handle is None:
        return wanted is not None
    return handle == (owner.fs_webauthn_user_handle or "").encode()


def _described(passkeys: Sequence[Passkey]) -> list[asked.PublicKeyCredentialDescriptor]:
    return [asked.PublicKeyCredentialDescriptor(id=one.credential_id) for one in passkeys]


def _clean_name(name: str) -> str:
    name = rules.clean_line(name)
    if not name or len(name) > LONGEST_NAME:
        raise RuleBroken(f"Give the passkey a name of 1 to {LONGEST_NAME} letters: the device it lies on, say.")
    return name
