"""A thread in tokens, as every engine keeps it, and in short form for ranking what was found."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from app.search.port import Thread
from app.search.words import tokens

BREAK = "¶"
"""Stands between the parts of a thread, so that no phrase runs from one into the next; no word is written so."""

WEIGHTS = {"title": 2.0, "tags": 2.0, "body": 1.0, "accepted": 1.2, "answers": 1.0, "comments": 0.5}
"""What one word counts in each part of a thread."""

PARTS = tuple(WEIGHTS)
MOST_KEPT = 1_500
"""Tokens of one part that ranking looks at; an engine finds a thread by the rest as well."""


@dataclass(frozen=True)
class Contents:
    """The tokens of one thread. `parts` are the stems of each of PARTS in order, with BREAK between its texts.

    `others` are the exact forms and inner parts of joined words of all parts.
    """

    parts: tuple[Sequence[str], ...]
    others: Sequence[str]

    @classmethod
    def of(cls, thread: Thread) -> Self:
        texts = {
            "title": (thread.title,),
            "tags": thread.tags,
            "body": (thread.body,),
            "accepted": (thread.accepted,),
            "answers": thread.answers,
            "comments": thread.comments,
        }
        parts, others = [], {}
        for part in PARTS:
            stems: list[str] = []
            for text in texts[part]:
                found = tokens(text)
                stems += (BREAK, *found.stems) if stems else found.stems
                others.update(dict.fromkeys(found.others))
            parts.append(stems)
        return cls(tuple(parts), list(others))

    def packed(self, most: int | None = MOST_KEPT) -> bytes:
        """Short enough to be kept beside the index: some 0.9 KB for 250 words. `most` tokens of each part."""
        lines = [" ".join(each[:most]) for each in (*self.parts, self.others)]
        return zlib.compress("\n".join(lines).encode("utf-8", "surrogatepass"), 1)

    @classmethod
    def unpacked(cls, kept: bytes) -> Self:
        """What `packed` gave. Raises zlib.error or ValueError for anything else."""
        *parts, others = zlib.decompress(kept).decode("utf-8", "surrogatepass").split("\n")
        if len(parts) != len(PARTS):
            raise ValueError("not the contents of a thread")
        return cls(tuple(part.split() for part in parts), others.split())

    @property
    def is_long(self) -> bool:
        """True where `packed` leaves something out."""
        return any(len(each) > MOST_KEPT for each in (*self.parts, self.others))

    def weights(self) -> dict[str, float]:
        """How often each token stands in the thread, each time counted as its part weighs."""
        found: dict[str, float] = {}
        get = found.get
        for stems, weight in zip(self.parts, WEIGHTS.values(), strict=True):
            for stem in stems:
                found[stem] = get(stem, 0.0) + weight
        found.pop(BREAK, None)
        for other in self.others:
            found[other] = get(other, 0.0) + 1.0
        return found

    def weight_of(self, token: str) -> float:
        """What `weights` says of one token, without counting all of them."""
        pairs = zip(self.parts, WEIGHTS.values(), strict=True)
        return sum(weight * stems.count(token) for stems, weight in pairs) + (token in self.others)

    @property
    def length(self) -> float:
        """Words of the thread, each counted as its part weighs."""
        return sum(len(stems) * weight for stems, weight in zip(self.parts, WEIGHTS.values(), strict=True))


def running_text(kept: bytes) -> bytes:
    """The stems of a packed thread with a space around each, so that words side by side are found by `in`."""
    parts = zlib.decompress(kept).rpartition(b"\n")[0]
    return b" %b " % parts.replace(b"\n", b" \n ")


def run_of(tokens: Sequence[str]) -> bytes:
    """Tokens side by side, as they stand in a running text."""
    return f" {' '.join(tokens)} ".encode("utf-8", "surrogatepass")
