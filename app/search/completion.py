"""Words that go on as what was typed begins."""

from __future__ import annotations


def complete(prefix: str, *, most: int = 3) -> list[str]:
    """The words of most threads that begin with `prefix`, one of each stem. They may stand in threads that are gone."""
    return []
