"""Which mail domain may stand for which company."""

from __future__ import annotations

import re

from app.kernel.errors import RuleBroken

_DOMAIN = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}", re.ASCII)


def clean_domain(domain: str) -> str:
    """`domain` as an A-label in lower case. Raises RuleBroken when it is not a domain of one company."""
    try:
        plain = domain.strip().lower().rstrip(".").encode("idna").decode()
    except UnicodeError as error:
        raise RuleBroken(f"{domain!r} is not a mail domain.") from error
    if not _DOMAIN.fullmatch(plain):
        raise RuleBroken(f"{domain!r} is not a mail domain.")
    return plain
