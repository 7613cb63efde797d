"""E-mail addresses: normalised, then sealed. This module alone opens them.

Sealing is AES-SIV: the same address always gives the same sealed text, so the database can look an address up and
keep it unique without ever holding it in the open. The key is not in the database.
"""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from email_validator import EmailNotValidError, validate_email
from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator

from app.kernel.errors import RuleBroken
from app.kernel.settings import settings

LONGEST_ADDRESS = 254


class Sealed(str):
    """An address nobody can read; what the rest of the code holds."""

    __slots__ = ()


class SealedAddress(TypeDecorator[str]):
    """A column of sealed addresses: takes plain or sealed ones, gives sealed ones."""

    impl = String(500)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else str(seal(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Sealed | None:
        return None if value is None else Sealed(value)


def normalise(address: str) -> str:
    """`address` in the one spelling we compare: no spaces around it, lower case, the domain as an A-label.

    Raises RuleBroken when it is not an address.
    """
    try:
        parts = validate_email(address.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise RuleBroken("Enter an e-mail address like name@company.com.") from error
    if len(address) > LONGEST_ADDRESS:
        raise RuleBroken("That address is too long.")
    return f"{parts.local_part}@{parts.ascii_domain}".lower()


def seal(address: str) -> Sealed:
    """Seal a plain address; a sealed one is returned as it is."""
    if isinstance(address, Sealed):
        return address
    sealed = _cipher(settings().address_key).encrypt(normalise(address).encode(), None)
    return Sealed(base64.urlsafe_b64encode(sealed).decode())


def open_address(sealed: Sealed) -> str:
    """The plain address: for sign-in, its owner's settings and the mailer, and for nothing else."""
    return _cipher(settings().address_key).decrypt(base64.urlsafe_b64decode(sealed), None).decode()


def domain_of(sealed: Sealed) -> str:
    """The domain of an address, in ASCII and lower case."""
    return open_address(sealed).rpartition("@")[2]


@lru_cache(maxsize=4)
def _cipher(key: str) -> AESSIV:
    derived = HKDF(algorithm=hashes.SHA256(), length=64, salt=None, info=b"firsthand address").derive(key.encode())
    return AESSIV(derived)
