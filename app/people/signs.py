"""The log of sign-ins. What a row tells of a place is a mark that only this site can make, and nobody can read."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import delete, select

from app.kernel import clock
from app.kernel.db import db
from app.kernel.settings import settings
from app.people.browsers import browser_in_words
from app.people.models import Person, SignIn

# Twice as long as a browser can stay signed in: one that was, for a whole month, is still known when it comes back.
KEEP = timedelta(days=60)
# Neighbours in a network are not told apart: what one provider gives to one street, or to one customer.
BITS_OF_NETWORK = {4: 24, 6: 48}


def note_sign_in(person: Person, *, way: str, browser: str, network: str) -> SignIn:
    """Remember that `person` is signed in from now on, in the open write transaction.

    `browser` is what the browser says of itself (the header User-Agent), `network` the address that the request came
    from; neither is kept as it is.
    """
    sign_in = SignIn(person_id=person.id, way=way, browser=browser_in_words(browser), network=network_mark(network))
    db.session.add(sign_in)
    db.session.flush()
    return sign_in


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
