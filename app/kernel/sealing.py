"""Sealing a text so that the database alone does not give it away: AES-SIV under the site's key.

Each use has a key of its own, so that what was sealed for one cannot be opened as another.
"""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.kernel.settings import settings


class SealBroken(Exception):
    """The text was sealed with another key, for another use, or was changed since."""


def seal(text: str, *, use: str) -> str:
    """`text` so that only this site opens it again; `use` names what for, like "webhooks"."""
    return base64.urlsafe_b64encode(_cipher(settings().address_key, use).encrypt(text.encode(), None)).decode()


def open_sealed(sealed: str, *, use: str) -> str:
    """What was sealed for this use. Raises SealBroken."""
    try:
        return _cipher(settings().address_key, use).decrypt(base64.urlsafe_b64decode(sealed), None).decode()
    except (InvalidTag, ValueError) as error:
        raise SealBroken(use) from error


@lru_cache(maxsize=16)
def _cipher(key: str, use: str) -> AESSIV:
    # Another beginning than that of addresses, which app.people.addresses alone opens.
    info = f"firsthand sealed {use}".encode()
    return AESSIV(HKDF(algorithm=hashes.SHA256(), length=64, salt=None, info=info).derive(key.encode()))
