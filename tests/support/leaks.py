"""Addresses where they have no business to be."""

from __future__ import annotations

import re

from app.people.models import Person

# Every address of the tests' people is at one of these domains; a handle alone ("@ines-asker") is public.
CANARY = re.compile(rb"[\w.+-]+(@|%40)(oakridge|somewhere|northwind|canary)\.example", re.IGNORECASE)
OWN_SETTINGS = "/settings"


def leaks_in(data: bytes, reader: Person | None, path: str) -> list[bytes]:
    """The addresses in a page, without the reader's own in the reader's settings."""
    return [found.group() for found in CANARY.finditer(data) if not (reader and path.startswith(OWN_SETTINGS))]
