"""A thread as a row of the index, and tokens as FTS5 is given them.

Tokens are ours and end at a space: FTS5's own tokenizer takes every other sign as part of one. What no token may hold
(control characters, halves of surrogates, our marks) is replaced, in threads and queries alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from app.search.engines.layout import BREAK, Contents
from app.search.port import Thread
from app.search.words import tokens

FACT = "\ue000"
"""Begins a fact, so that no word of a text is taken for one."""

TITLE = "\ue001"
"""Begins a token of the title when it stands a second time, among the facts: "in the title" is a short list then."""

THREADS_A_DAY = 1 << 20

_UNFIT = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ue000\ue001]")
_UNFIT_IN_FACT = re.compile("[\x00-\x20\x7f\ud800-\udfff\ue000\ue001]")
_INSTEAD = "\ufffd"


@dataclass(frozen=True)
class Row:
    """One thread as the index keeps it.

    `kept` is Contents.packed, `whole` the same of a thread that is longer. `columns` are what FTS5 is given to add the
    thread, and to take it out again: title and tags, posts, comments, other tokens, and `facts`.
    """

    kept: bytes
    whole: bytes | None
    facts: str
    length: float
    columns: tuple[str, ...]

    @classmethod
    def of(cls, thread: Thread) -> Self:
        contents = Contents.of(thread)
        kept = contents.packed()
        whole = contents.packed(None) if contents.is_long else None
        return cls._made(contents, kept, whole, _facts(thread), contents.length)

    @classmethod
    def kept_as(cls, kept: bytes, whole: bytes | None, facts: str, length: float) -> Self:
        """The row as it was added. Raises zlib.error or ValueError for what no thread was kept as."""
        return cls._made(Contents.unpacked(whole or kept), kept, whole, facts, length)

    @classmethod
    def _made(cls, contents: Contents, kept: bytes, whole: bytes | None, facts: str, length: float) -> Self:
        return cls(kept, whole, facts, length, (*_columns(contents), facts))

    @property
    def tokens(self) -> set[str]:
        """Each token of the texts once."""
        found = {token for column in self.columns[:-1] for token in column.split(" ")}
        return found - {"", BREAK}


def first_row(day: int) -> int:
    """The first row of the threads of a day (an ordinal number): rows are ordered as threads were asked."""
    return day * THREADS_A_DAY


def day_of(row: int) -> int:
    """The day of a row."""
    return row // THREADS_A_DAY


def clean(token: str) -> str:
    """A token of a text as it stands in the index."""
    return _UNFIT.sub(_INSTEAD, token)


def fact(token: str) -> str:
    """A fact as it stands in the index."""
    return FACT + _UNFIT_IN_FACT.sub(_INSTEAD, token)


def in_title(token: str) -> str:
    """A token of a title as it stands among the facts."""
    return TITLE + clean(token)


def _columns(contents: Contents) -> Iterator[str]:
    title, tags, body, accepted, answers, comments = contents.parts
    for stems in (_joined(title, tags), _joined(body, accepted, answers), comments, contents.others):
        yield _UNFIT.sub(_INSTEAD, " ".join(stems))


def _joined(*parts: Sequence[str]) -> Sequence[str]:
    """Parts with a break between those that say something."""
    found: list[str] = []
    for part in parts:
        if part:
            found += [BREAK, *part] if found else part
    return found


def _facts(thread: Thread) -> str:
    title = tokens(thread.title)
    return " ".join(dict.fromkeys([*map(fact, thread.facts), *map(in_title, (*title.stems, *title.others))]))
