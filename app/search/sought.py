"""What is looked for, found again in texts: by a quick look that shows most of it, and word by word.

Both see words as app.search.words does, and ask for what every engine is asked for (app.search.engines.clauses).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from app.kernel.text import plain_text
from app.search.engines.clauses import Clause, Wanted, Way
from app.search.words import tokens

WINDOW = 120
"""Characters around the first letters of a word in which a quick look expects the word, or all of a phrase."""

MOST_PLACES = 20
"""Places of one text at which a quick look tries; a text that repeats one word for pages is read word by word."""

_ENGLISH = re.compile("[a-z]{3,}")


class Text:
    """One text of a thread, Markdown or plain. What is costly to know is found out once, when it is asked for."""

    def __init__(self, source: str) -> None:
        self.source = source

    @cached_property
    def lowered(self) -> str:
        """The source in small letters, each at its place."""
        return in_small_letters(self.source)

    @cached_property
    def stems(self) -> list[str]:
        """The stems of its words, in order."""
        return self._tokens[0]

    @cached_property
    def everything(self) -> frozenset[str]:
        """All that it is found by: stems, code-like tokens, and parts of joined words."""
        stems, others = self._tokens
        return frozenset(stems).union(others)

    @cached_property
    def _tokens(self) -> tuple[list[str], list[str]]:
        return tokens(plain_text(self.source))


Look = Callable[[Text, Way], bool]
"""Whether a way to say something stands in a text."""


class Sought(NamedTuple):
    """What must stand in a thread: one of the ways of each clause in `every`, and any of `some` if there are any."""

    every: tuple[Clause, ...] = ()
    some: tuple[Way, ...] = ()

    def stands(self, texts: Sequence[Text], look: Look) -> bool:
        if self.some and not any(look(text, way) for way in self.some for text in texts):
            return False
        return all(clause_stands(clause, texts, look) for clause in self.every)


def complete(wanted: Wanted) -> Sought:
    """What a thread has that matches the whole query."""
    return Sought(wanted.clauses)


def partial(wanted: Wanted) -> Sought:
    """What a thread has that matches only some of the words."""
    return Sought(wanted.firm, tuple(Way((token,)) for token in wanted.loose))


def clause_stands(clause: Clause, texts: Sequence[Text], look: Look) -> bool:
    return any(look(text, way) for way in clause.ways for text in texts)


def closely(text: Text, way: Way) -> bool:
    """As an index sees the text."""
    if len(way.tokens) == 1:
        return way.tokens[0] in text.everything
    return _side_by_side(way.tokens, text.stems)


def quickly(text: Text, way: Way) -> bool:
    """As `closely` where it says yes, but it may take markup for words, and it misses words in unusual letters."""
    first, places = way.tokens[0], places_of(beginning(way.tokens[0]), text.lowered, MOST_PLACES)
    if len(way.tokens) == 1:
        return any(first in _tokens_of(_chunk(text.source, at, len(first))) for at in places)
    return any(_begins_at(text.source, at, way.tokens) for at in places)


def beginning(token: str) -> str:
    """Letters that nearly every word with this stem begins with: "hope" is also the stem of "hoping"."""
    return token[:-1] if _ENGLISH.fullmatch(token) else token


def in_small_letters(text: str) -> str:
    """In small letters; as it is where some letters grow by that, and places would no longer be right."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else text


def places_of(part: str, lowered: str, most: int) -> Iterator[int]:
    """Where `part` stands, the first `most` times."""
    at = -1
    for _ in range(most):
        at = lowered.find(part, at + 1)
        if at < 0:
            return
        yield at


def _side_by_side(wanted: tuple[str, ...], stems: Sequence[str]) -> bool:
    size = len(wanted)
    starts = (at for at, stem in enumerate(stems) if stem == wanted[0])
    return any(tuple(stems[at : at + size]) == wanted for at in starts)


def _chunk(source: str, at: int, length: int) -> str:
    """The characters around a place up to the next spaces, or cut where there is none."""
    return source[_start(source, at) : at].lstrip() + source[at : at + length + WINDOW].split(maxsplit=1)[0]


def _start(source: str, at: int) -> int:
    """Where the chunk of a place begins."""
    before = source[max(0, at - WINDOW) : at]
    return at - len(before.split()[-1]) if before and not before[-1].isspace() else at


def _tokens_of(chunk: str) -> tuple[str, ...]:
    stems, others = tokens(chunk)
    return (*stems, *others)


def _begins_at(source: str, at: int, wanted: tuple[str, ...]) -> bool:
    start = _start(source, at)
    end = at + WINDOW + sum(map(len, wanted))
    stems = tokens(source[start:end]).stems
    # The last word may have been cut.
    return _side_by_side(wanted, stems if end >= len(source) else stems[:-1])
