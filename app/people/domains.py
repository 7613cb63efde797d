"""Mail domains, in the one spelling that addresses here have."""

from __future__ import annotations

import re

from app.kernel.errors import RuleBroken
from app.people.addresses import normalise

_DOMAIN = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}", re.ASCII)


def clean_domain(domain: str) -> str:
    """`domain` as an A-label in lower case, spelt as in the addresses at it. Raises RuleBroken when it is none."""
    try:
        plain = normalise(f"somebody@{domain.strip().rstrip('.')}").rpartition("@")[2]
    except RuleBroken as error:
        raise RuleBroken(f"{domain.strip()[:80]!r} is not a mail domain.") from error
    if not _DOMAIN.fullmatch(plain):
        raise RuleBroken(f"{domain.strip()[:80]!r} is not a mail domain.")
    return plain
