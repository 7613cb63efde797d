"""Codes of an authenticator app: TOTP (RFC 6238) by Flask-Security's helper, with SHA-1, six digits, 30 seconds.

The secret that app and site share rests encrypted, under a key that is not in the database. A code that was taken
tells which step of time it was made for; none of that step or of an earlier one is taken again.
"""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask_security import UserMixin
from flask_security.totp import Totp

from app.kernel.settings import settings
from app.people.models import Person

# How far the clock of a telephone may be off, to either side.
LEEWAY_SECONDS = 30


class _Codes(Totp):
    """Flask-Security's helper, which remembers the last step of time in the row of the person."""

    def get_last_counter(self, user: UserMixin) -> int | None:
        assert isinstance(user, Person)
        return user.tf_last_counter

    def set_last_counter(self, user: UserMixin, tmatch: Any) -> None:
        assert isinstance(user, Person)
        user.tf_last_counter = tmatch.counter


def new_secret() -> str:
    """A secret to share with an app, encrypted."""
    return str(_codes().generate_totp_secret())


def key_in_letters(secret: str) -> str:
    """The secret as one types it: "VX2V-4C3B-…"."""
    return str(_codes().get_totp_pretty_key(secret))


def address_for_app(secret: str, person: Person) -> str:
    """What an app reads from the picture: an address that begins with otpauth://."""
    return str(_codes().get_totp_uri(person.handle, secret))


def take_code(person: Person, secret: str, code: str) -> bool:
    """True for a code of this moment that was not taken before. Takes it, in the open write transaction.

    `person` must be locked, so that one code is not taken twice at once.
    """
    bare = "".join(code.split())
    # Whatever is no code would be refused as well, but not always by a False.
    return bare.isascii() and bare.isdigit() and bool(_codes().verify_totp(bare, secret, person, LEEWAY_SECONDS))


def _codes() -> _Codes:
    # The colon stands between site and person in the address, so it cannot stand in either.
    return _codes_of(settings().address_key, settings().site_name.replace(":", " "))


@lru_cache(maxsize=4)
def _codes_of(key: str, site_name: str) -> _Codes:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"firsthand second factor").derive(
        key.encode()
    )
    return _Codes({"1": base64.b64encode(derived).decode()}, issuer=site_name)
