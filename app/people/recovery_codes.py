"""Recovery codes: ten, on paper, for the day on which the telephone is lost. Each works once; only hashes are kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.kernel.settings import settings
from app.people.models import Person

HOW_MANY = 10
GROUPS, GROUP = 3, 4


def make_codes(person: Person) -> list[str]:
    """Ten new codes like "90a6-44d2-1ca9", to be shown now and never again. The old ones are worth nothing."""
    codes = ["-".join(secrets.token_hex(GROUP // 2) for _ in range(GROUPS)) for _ in range(HOW_MANY)]
    person.mf_recovery_codes = [_hash(person, code) for code in codes]
    return codes


def take_code(person: Person, code: str) -> bool:
    """True for a code that was not used; it is from now on, in the open write transaction. `person` must be locked."""
    hashed = _hash(person, code)
    left = [one for one in person.mf_recovery_codes or [] if not hmac.compare_digest(one, hashed)]
    is_good = len(left) < count_left(person)
    if is_good:
        person.mf_recovery_codes = left
    return is_good


def count_left(person: Person) -> int:
    """How many codes were not used yet."""
    return len(person.mf_recovery_codes or [])


def _hash(person: Person, code: str) -> str:
    """A keyed hash: 48 random bits are too few for one that anybody can compute, and enough for one that nobody can."""
    bare = "".join(letter for letter in code.lower() if letter.isalnum())
    return hmac.new(_key(settings().address_key), f"{person.id} {bare}".encode(), hashlib.sha256).hexdigest()


@lru_cache(maxsize=4)
def _key(secret: str) -> bytes:
    derivation = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"firsthand recovery codes")
    return derivation.derive(secret.encode())
