"""Passwords: what they must be like, and how they are kept (Argon2id, RFC 9106, with OWASP's smallest parameters).

common_passwords.txt.gz is the union of the password lists of the packages zxcvbn (MIT, Daniel Wolf and Dropbox) and
Django (BSD, from a list by Royce Williams): 40,101 passwords in lower case that were found in breaches.
"""

from __future__ import annotations

import gzip
import re
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.kernel.errors import Busy, RuleBroken

SHORTEST = 10
SHORTEST_FOR_STAFF = 15
LONGEST = 256
# Each takes 19 MB and a tenth of a second of a core: more at once would starve the pages.
MOST_AT_ONCE = 2
PATIENCE_SECONDS = 2

# The hash of a password that nobody has, with the parameters below: unknown people are checked against it, so that
# an answer takes equally long for them.
NOBODYS_HASH = "$argon2id$v=19$m=19456,t=2,p=1$QPECaV6WNVVl6kETmjGuyw$AcqF1C2/S4+lGgRRHxGxYxxpGfauVFU1bj11VneO3B4"

_LIST = Path(__file__).with_name("common_passwords.txt.gz")
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_places = threading.BoundedSemaphore(MOST_AT_ONCE)


def check_password(password: str, *, is_staff: bool = False) -> None:
    """Raise RuleBroken with a sentence unless `password` may be chosen; employees need a longer one."""
    shortest = SHORTEST_FOR_STAFF if is_staff else SHORTEST
    plain = _normalise(password)
    if len(plain) < shortest:
        raise RuleBroken(
            f"Choose a password of {shortest} characters or more. Four or five words are easy to remember."
        )
    if len(plain) > LONGEST:
        raise RuleBroken(f"Choose a password of {LONGEST} characters or fewer.")
    if is_common(plain):
        raise RuleBroken("That password is on the lists that burglars try first. Choose another.")


def is_common(password: str) -> bool:
    """True for a password known from breaches, also with digits or signs around it, and for a piece repeated."""
    plain = password.lower()
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
    repeated = re.fullmatch(r"(.{1,4})\1+", plain, re.DOTALL)
    return plain in _common() or core in _common() or not core or repeated is not None


def hash_password(password: str) -> str:
    """The hash to keep, about a tenth of a second later. Raises Busy when too many wait already."""
    with _place():
        return _hasher.hash(_normalise(password))


def is_right_password(password: str, kept: str | None) -> bool:
    """True when `kept` is the hash of `password`. Takes equally long for a `kept` of None. Raises Busy."""
    with _place():
        try:
            _hasher.verify(kept or NOBODYS_HASH, _normalise(password)[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False
    return kept is not None and len(_normalise(password)) <= LONGEST


def needs_new_hash(kept: str) -> bool:
    """True for a hash made with other parameters than today's."""
    return _hasher.check_needs_rehash(kept)


@contextmanager
def _place() -> Iterator[None]:
    if not _places.acquire(timeout=PATIENCE_SECONDS):
        raise Busy("Many people are signing in at this moment. Try again in a few seconds.", retry_after=5)
    try:
        yield
    finally:
        _places.release()


def _normalise(password: str) -> str:
    """One spelling for what keyboards write in several ways."""
    return unicodedata.normalize("NFKC", password)


@cache
def _common() -> frozenset[str]:
    return frozenset(gzip.decompress(_LIST.read_bytes()).decode().split("\n"))
