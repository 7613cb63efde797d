"""The log of sign-ins. What a row tells of a place is a mark that only this site can make, and nobody can read."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Select, delete, select

from app.kernel import clock, events
from app.kernel.db import db
from app.kernel.settings import settings
from app.kernel.turns import take_turn
from app.people import letters
from app.people.browsers import browser_in_words, is_handheld
from app.people.events import SignedInFromTwoPlaces
from app.people.letters import LetterKind
from app.people.models import Person, SignIn, StoredSession

# Twice as long as a browser can stay signed in: one that was, for a whole month, is still known when it comes back.
KEEP = timedelta(days=60)
# Neighbours in a network are not told apart: what one provider gives to one street, or to one customer.
BITS_OF_NETWORK = {4: 24, 6: 48}
# What is used within this time is used at once.
AT_ONCE = timedelta(minutes=30)
WARN_EVERY = timedelta(days=1)


@dataclass(frozen=True)
class Place:
    """A kind of browser in words, and the mark of a network."""

    browser: str
    network: str


def note_sign_in(person: Person, *, way: str, browser: str, network: str) -> SignIn:
    """Remember that `person` is signed in from now on, in the open write transaction.

    `browser` is what the browser says of itself (the header User-Agent), `network` the address that the request came
    from; neither is kept as it is. Where it looks as if two people used the account, the person is told by a letter,
    and others by the event SignedInFromTwoPlaces.
    """
    # Two who sign in at the same moment must see each other.
    take_turn("sign-ins", person.id)
    sign_in = SignIn(
        person_id=person.id,
        at=clock.now(),
        way=way,
        browser=browser_in_words(browser),
        network=network_mark(network),
    )
    is_second_place = _is_second_place(sign_in)
    db.session.add(sign_in)
    db.session.flush()
    if is_second_place:
        _warn(person, sign_in)
    return sign_in


def _is_second_place(new: SignIn) -> bool:
    """True where one person can hardly be behind this sign-in and what the account was used for a moment ago.

    Within AT_ONCE it was used in another kind of browser from another network, both being computers or both handheld,
    and one of the two was never seen with this person before, neither its kind nor its network. Decision 0012 says why.
    """
    since = new.at - AT_ONCE
    sign_ins = select(SignIn.browser, SignIn.network).where(SignIn.person_id == new.person_id)
    before, signed_in = _places(sign_ins.where(SignIn.at < since)), _places(sign_ins.where(SignIn.at >= since))
    sessions = select(StoredSession.browser, StoredSession.network).where(StoredSession.person_id == new.person_id)
    used = _places(sessions.where(StoredSession.seen_at >= since))
    here = Place(new.browser, new.network)
    elsewhere = {one for one in signed_in | used if _are_apart(one, here)}
    return bool(elsewhere) and any(_is_stranger(one, before) for one in elsewhere | {here})


def _places(rows: Select[str, str]) -> set[Place]:
    """What sessions from before there were such marks leave empty tells nothing."""
    return {Place(browser, network) for browser, network in db.session.execute(rows) if browser and network}


def _are_apart(one: Place, other: Place) -> bool:
    # A telephone on its own network beside a computer is what one person has.
    alike = is_handheld(one.browser) == is_handheld(other.browser)
    return alike and one.browser != other.browser and one.network != other.network


def _is_stranger(one: Place, before: set[Place]) -> bool:
    return all(one.browser != known.browser and one.network != known.network for known in before)


def _warn(person: Person, sign_in: SignIn) -> None:
    """Tell the person, at most once a day; whoever else is to know hears of it by the event."""
    events.record(SignedInFromTwoPlaces(sign_in_id=sign_in.id))
    if not letters.was_written(person, LetterKind.TWO_PLACES, since=sign_in.at - WARN_EVERY):
        letters.write_letter(person, LetterKind.TWO_PLACES)


def network_mark(address: str) -> str:
    """A keyed hash of the network around an address: the same for the same network, and nothing else to anybody."""
    return hmac.new(_key(settings().secret_key), _network(address).encode(), hashlib.sha256).hexdigest()


def last_sign_ins(person: Person, limit: int) -> Sequence[SignIn]:
    """The last times that somebody signed in, newest first."""
    rows = select(SignIn).where(SignIn.person_id == person.id).order_by(SignIn.at.desc(), SignIn.id.desc())
    return db.session.scalars(rows.limit(limit)).all()


def forget_old() -> None:
    """Drop what is too old to tell anything."""
    db.session.execute(delete(SignIn).where(SignIn.at < clock.now() - KEEP))


def _network(address: str) -> str:
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(known, ipaddress.IPv6Address) and known.ipv4_mapped:
        known = known.ipv4_mapped
    return str(ipaddress.ip_network((known, BITS_OF_NETWORK[known.version]), strict=False))


@lru_cache(maxsize=4)
def _key(secret: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"firsthand network").derive(secret.encode())
