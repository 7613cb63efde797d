"""Links that prove something: signed, good for 30 minutes and for one use.

A token carries a mark of the person's password and address. Whatever it is used for changes one of them, so it works
once; and a change of either in the meantime ends it too.
"""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import select

from app.kernel.db import db
from app.kernel.errors import NotFound
from app.kernel.settings import settings
from app.people.addresses import Sealed
from app.people.models import Person

GOOD_FOR_SECONDS = 30 * 60
LINK_OVER = "This link does not work any more. A link is good for 30 minutes, and for one use."


class LinkOver(NotFound):
    """The link was good once, or never was: the answer is the same."""

    def __init__(self) -> None:
        super().__init__(LINK_OVER)


class Purpose(enum.StrEnum):
    """What a link is for; a token for one is worth nothing for another."""

    CONFIRM = "confirm"
    RESET = "reset"
    NEW_ADDRESS = "new address"


@dataclass(frozen=True)
class Opened:
    """What a good token says."""

    person: Person
    address: Sealed | None


def make_token(purpose: Purpose, person: Person, address: Sealed | None = None) -> str:
    """A token for `person`; with the sealed `address` that it is about, if that is not theirs yet."""
    return _signer(purpose).dumps([person.id, _mark(person), address])


def open_token(purpose: Purpose, token: str) -> Opened:
    """Who and what a token is about. Raises LinkOver when it is forged, used, too old, or overtaken by a change."""
    try:
        person_id, mark, address = _signer(purpose).loads(token, max_age=GOOD_FOR_SECONDS)
    except (BadData, ValueError, TypeError) as error:
        raise LinkOver from error
    person = db.session.scalar(select(Person).where(Person.id == person_id, Person.active))
    if person is None or mark != _mark(person):
        raise LinkOver
    return Opened(person, None if address is None else Sealed(address))


def _mark(person: Person) -> str:
    facts = (person.password, person.email, person.email_domain, person.confirmed_at, person.fs_uniquifier)
    return hashlib.sha256(repr([str(fact) for fact in facts]).encode()).hexdigest()[:32]


def _signer(purpose: Purpose) -> URLSafeTimedSerializer:
    own = settings()
    # The last key signs, all of them are accepted: that is how a key is changed without breaking links.
    keys = [*own.secret_key_fallbacks, own.secret_key]
    return URLSafeTimedSerializer(keys, salt=f"firsthand {purpose.value}")
