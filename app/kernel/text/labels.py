"""Names for what a reader can jump to: regions of one page need names that differ."""

from __future__ import annotations

import html
from collections import Counter

MAX_HINT = 40


class Labels:
    """Names for the regions of one post; a name that comes again is numbered. Names are HTML already."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def distinct(self, label: str) -> str:
        """`label`, with a number from the second time on."""
        self._seen[label] += 1
        return label if self._seen[label] == 1 else f"{label} ({self._seen[label]})"


def with_hint(name: str, content: str) -> str:
    """`name` and the beginning of what it names: several posts stand on a page, and their regions must differ."""
    words = " ".join(html.unescape(content).split())
    short = words if len(words) <= MAX_HINT else words[: MAX_HINT - 1].rstrip() + "…"
    return f"{name}: {html.escape(short)}" if short else name
