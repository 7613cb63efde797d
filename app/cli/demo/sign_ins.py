"""Who of the demo can sign in, with passwords that are random for each installation."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from app.cli.demo.content import DemoPerson
from app.config import DEMO_SIGN_INS
from app.people.models import MEMBER
from app.people.passwords import hash_password

# A member of the largest account and one of a small one, two experts, and whoever else has a role worth trying.
WHO = ("martak", "giuliaf", "sanfox", "netowl", "maevekeeps", "nadiar", "callumreid", "yukitanabe")
RANDOM_BYTES = 15


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """One way into the site."""

    handle: str
    role: str
    address: str
    password: str
    password_hash: str


def make_sign_ins(people: Iterable[DemoPerson]) -> list[SignIn]:
    """New passwords for those of `people` who get one. Takes about a tenth of a second each."""
    by_handle = {person.handle: person for person in people}
    return [_sign_in(by_handle[handle]) for handle in WHO if handle in by_handle]


def sign_ins_path(instance: Path) -> Path:
    """Where the passwords are written."""
    return instance / DEMO_SIGN_INS


def write_sign_ins(path: Path, sign_ins: Iterable[SignIn]) -> None:
    """Write `role address password` on a line each, for the owner of the file alone."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.writelines(f"{one.role} {one.address} {one.password}\n" for one in sign_ins)


def _sign_in(person: DemoPerson) -> SignIn:
    password = secrets.token_urlsafe(RANDOM_BYTES)
    return SignIn(
        handle=person.handle,
        role=person.role or MEMBER,
        address=person.address,
        password=password,
        password_hash=hash_password(password),
    )
