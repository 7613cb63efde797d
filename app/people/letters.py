"""Mail to one person: kinds from a closed list. There is no letter to many, and none with free text.

A letter is written in the transaction of what it tells of. The worker leases it, sends it outside any transaction,
and marks it; links are made at that moment, so that no token ever rests in the database.
"""

from __future__ import annotations

import enum
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Select, delete, func, or_, select

from app.kernel import clock
from app.kernel.db import db
from app.people.addresses import Sealed
from app.people.models import Canary, Letter, Person

LEASE = timedelta(minutes=5)
KEEP_SENT = timedelta(days=30)
# Of one kind to one person; three an hour is the most that anybody can bring about by asking for letters.
MOST_A_DAY = 72
A_DAY = timedelta(days=1)
ADDRESS = "address"
MOST_ATTEMPTS = 12
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=6)


class LetterKind(enum.StrEnum):
    """Every mail there is."""

    CONFIRM = "confirm"
    ALREADY_REGISTERED = "already registered"
    RESET = "reset"
    PASSWORD_CHANGED = "password changed"  # noqa: S105 - the name of a letter
    ADDRESS_CHANGING = "address changing"
    CONFIRM_NEW_ADDRESS = "confirm new address"
    MANY_ATTEMPTS = "many attempts"
    MANY_CODES = "many codes"
    COMPANY_SET = "company set"
    SECOND_FACTOR_CHANGED = "second factor changed"
    SECOND_FACTOR_REMOVED = "second factor removed"
    RECOVERY_CODE_USED = "recovery code used"
    TWO_PLACES = "two places"
    MEETING_AGREED = "meeting agreed"
    MEETING_CHANGED = "meeting changed"
    MEETING_OFF = "meeting off"
    MEETING_SOON = "meeting soon"


# The two that go to another address than the one with which the person signs in: the one they leave, which may be
# theirs no more by the time it is sent, and the one they want to have.
OWN_ADDRESS_NAMED = frozenset({LetterKind.ADDRESS_CHANGING, LetterKind.CONFIRM_NEW_ADDRESS})

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Leased:
    """A letter that this worker alone may send for the next minutes; `details` are the numbers of what it is about."""

    id: int
    kind: LetterKind
    person: Person
    address: Sealed
    details: Mapping[str, int] = field(default_factory=dict)


def write_letter(person: Person, kind: LetterKind, *, details: Mapping[str, int] | None = None) -> None:
    """Let `person` have a letter, at the address with which they sign in when it is sent.

    `details` are numbers by which whoever composes the letter finds what it is about. Beyond MOST_A_DAY of a kind
    nothing more is written.
    """
    if kind in OWN_ADDRESS_NAMED:
        raise ValueError(f"“{kind}” is written by write_of_new_address.")
    _write(person, kind, dict(details or {}))


def write_of_new_address(person: Person, new: Sealed, *, to_new: bool) -> None:
    """Tell the address that somebody leaves, and with `to_new` ask the one that they want to have for confirmation."""
    assert isinstance(person.email, Sealed)
    _write(person, LetterKind.ADDRESS_CHANGING, {ADDRESS: person.email})
    if to_new:
        _write(person, LetterKind.CONFIRM_NEW_ADDRESS, {ADDRESS: new})


def _write(person: Person, kind: LetterKind, details: dict[str, int] | dict[str, Sealed]) -> None:
    if _is_canary(person):
        return
    if _written_lately(person, kind) >= MOST_A_DAY:
        log.warning("no more letters of this kind today", person=person.id, kind=kind.value)
        return
    db.session.add(Letter(person_id=person.id, kind=kind.value, details=json.dumps(details)))


def _written_lately(person: Person, kind: LetterKind) -> int:
    lately = Letter.written_at > clock.now() - A_DAY
    same = select(func.count(Letter.id)).where(Letter.person_id == person.id, Letter.kind == kind.value, lately)
    return db.session.scalar(same) or 0


def was_written(person: Person, kind: LetterKind, *, since: datetime) -> bool:
    """True when `person` was written such a letter at `since` or later. Letters sent long ago are forgotten."""
    same = Letter.person_id == person.id, Letter.kind == kind.value, Letter.written_at >= since
    return db.session.scalar(select(Letter.id).where(*same).limit(1)) is not None


def is_any_due() -> bool:
    """True when a letter waits to be sent."""
    return db.session.scalar(_due().limit(1)) is not None


def lease() -> Leased | None:
    """Take the oldest letter that is due, with an address to send it to; None when there is none."""
    letter = db.session.scalar(_due().limit(1).with_for_update(skip_locked=True))
    if letter is None:
        return None
    letter.leased_until = clock.now() + LEASE
    letter.attempts += 1
    db.session.flush()
    person = db.session.get_one(Person, letter.person_id)
    details = json.loads(letter.details)
    named = details.pop(ADDRESS, None)
    address = named if letter.kind in OWN_ADDRESS_NAMED else person.email
    if address is None or not person.active or _is_canary(person):
        _give_up(letter, "There is nobody to send it to any more.")
        return lease()
    if letter.attempts > MOST_ATTEMPTS:
        # It never came as far as the mail server: whatever was wrong stands in the log.
        _give_up(letter, letter.last_error or "It could not be composed.")
        return lease()
    return Leased(letter.id, LetterKind(letter.kind), person, Sealed(address), details)


def mark_sent(letter_id: int) -> None:
    """The mail server has taken it."""
    letter = db.session.get_one(Letter, letter_id)
    letter.sent_at = clock.now()
    letter.leased_until = None
    letter.last_error = None


def drop(letter_id: int) -> None:
    """Forget a letter that says nothing true any more."""
    db.session.execute(delete(Letter).where(Letter.id == letter_id))


def mark_failed(letter_id: int, error: str, *, for_good: bool = False) -> None:
    """Try again after a growing pause, or not any more."""
    letter = db.session.get_one(Letter, letter_id)
    if for_good or letter.attempts >= MOST_ATTEMPTS:
        _give_up(letter, error)
        return
    letter.leased_until = None
    letter.last_error = error
    letter.due_at = clock.now() + _pause(letter.attempts)


def dead_letters(limit: int = 50) -> list[Letter]:
    """The newest letters that were given up."""
    rows = select(Letter).where(Letter.dead_at.is_not(None)).order_by(Letter.id.desc()).limit(limit)
    return list(db.session.scalars(rows))


def waiting_count() -> int:
    """How many letters wait to be sent."""
    waiting = select(func.count(Letter.id)).where(Letter.sent_at.is_(None), Letter.dead_at.is_(None))
    return db.session.scalar(waiting) or 0


def retry(letter_id: int) -> bool:
    """Give a dead letter its attempts back; False when there is no such letter."""
    letter = db.session.get(Letter, letter_id)
    if letter is None or letter.dead_at is None:
        return False
    letter.dead_at = None
    letter.attempts = 0
    letter.due_at = clock.now()
    return True


def forget_sent() -> None:
    """Drop letters that were sent long ago; dead ones stay until somebody looks at them."""
    db.session.execute(delete(Letter).where(Letter.sent_at < clock.now() - KEEP_SENT))


def _is_canary(person: Person) -> bool:
    return db.session.get(Canary, person.id) is not None


def _due() -> Select[Letter]:
    moment = clock.now()
    free = or_(Letter.leased_until.is_(None), Letter.leased_until < moment)
    waiting = Letter.sent_at.is_(None) & Letter.dead_at.is_(None)
    return select(Letter).where(waiting, Letter.due_at <= moment, free).order_by(Letter.id)


def _give_up(letter: Letter, error: str) -> None:
    letter.leased_until = None
    letter.last_error = error
    letter.dead_at = clock.now()


def _pause(attempts: int) -> timedelta:
    """30 s, 1 min, 2 min, … up to six hours, each up to a quarter longer, so that many do not come back at once."""
    pause = min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
    return pause * (1 + secrets.randbelow(250) / 1_000)
