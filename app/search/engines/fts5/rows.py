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

ID_BITS = 32

_UNFIT = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ue000\ue001]")
_UNFIT_IN_FACT = re.compile("[\x00-\x20\x7f\ud800-\udfff\ue000\ue001]")
_INSTEAD = "\ufffd"


@dataclass(frozen=True)
class Row:
    """One thread as the index keeps it.

    `kept` is Contents.packed, `whole` the same of a thread that is longer. `columns` are what FTS5 is given to add the
    thread, and to take it out again: title and tags, posts, comments, other tokens, and `facts`.
    """

    number: int
    length: float
    kept: bytes
    whole: bytes | None
    facts: str
    columns: tuple[str, ...]

    @classmethod
    def of(cls, thread: Thread) -> Self:
        contents = Contents.of(thread)
        whole = contents.packed(None) if contents.is_long else None
        number, facts = row_of(thread.asked_on, thread.id), _facts(thread)
        return cls(number, contents.length, contents.packed(), whole, facts, (*_columns(contents), facts))

    @classmethod
    def kept_as(cls, number: int, length: float, kept: bytes, whole: bytes | None, facts: str) -> Self:
        """The row as it was added. Raises zlib.error or ValueError for what no thread was kept as."""
        contents = Contents.unpacked(whole or kept)
        return cls(number, length, kept, whole, facts, (*_columns(contents), facts))

    @property
    def tokens(self) -> set[str]:
        """Each token of the texts once."""
        found = {token for column in self.columns[:-1] for token in column.split(" ")}
        return found - {"", BREAK}


def row_of(day: int, number: int) -> int:
    """The row of a thread that was asked on this ordinal day: rows are in the order in which threads were asked."""
    return day << ID_BITS | number


def id_of(row: int) -> int:
    """The thread of a row."""
    return row & (1 << ID_BITS) - 1


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
