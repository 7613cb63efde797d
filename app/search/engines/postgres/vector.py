"""A thread as PostgreSQL keeps it for searching: a tsvector of our own tokens, which it never reads as text.

Words are lexemes with their positions, so that phrases are found. Exact forms and parts of joined words have none. The
words of a title stand there once more as `title word`, and facts as `fact tag:networking`: no word has a space in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, takewhile

from app.search.engines.layout import BREAK, PARTS, Contents
from app.search.port import Thread
from app.search.words import tokens

LETTERS = {"title": "A", "tags": "B", "body": "C", "accepted": "B", "answers": "C", "comments": "D"}
"""The four weights that PostgreSQL knows, best first."""

LAST_POSITION = 16_382
"""PostgreSQL takes what stands further on as standing at 16,383; there it would seem to be a phrase with anything."""

MOST_POSITIONS = 255
LONGEST_LEXEME = 2_000
MOST_BYTES = 1_000_000
"""Of one tsvector; PostgreSQL refuses more than 1,048,575. What comes last is left out then."""

IN_TITLE = "title "
FACT = "fact "

_QUOTES = str.maketrans({"'": "''", "\\": "\\\\"})
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Row:
    """One thread, ready to be written. `words` are the lexemes that are counted: all but titles and facts."""

    id: int
    asked: int
    length: float
    vector: str
    kept: bytes
    words: Sequence[str]

    @property
    def values(self) -> tuple[int, int, float, str, bytes]:
        """As the columns of the table."""
        return self.id, self.asked, self.length, self.vector, self.kept


def row(thread: Thread) -> Row:
    """What is written of a thread."""
    contents = Contents.of(thread)
    places = _within_limit(_places(contents))
    title = tokens(thread.title)
    names = [*(IN_TITLE + token for token in {*title.stems, *title.others}), *(FACT + fact for fact in thread.facts)]
    literals = [quoted(word) + (":" + ",".join(at) if at else "") for word, at in places.items()]
    literals += [quoted(lexeme(name)) for name in names]
    vector = " ".join(literals)
    return Row(thread.id, thread.asked_on, contents.length, vector, contents.packed(), list(places))


def lexeme(token: str) -> str:
    """A token as PostgreSQL can write it: without what is no character, and not too long."""
    if token.isascii() and len(token) <= LONGEST_LEXEME and "\x00" not in token:
        return token
    written = _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", token)
    return written.encode()[:LONGEST_LEXEME].decode(errors="ignore")


def quoted(word: str) -> str:
    """A lexeme in a tsvector or tsquery. Between the quotes everything is itself but the two that are doubled."""
    if "'" in word or "\\" in word:
        word = word.translate(_QUOTES)
    return f"'{word}'"


def _places(contents: Contents) -> dict[str, list[str]]:
    """Each word with its positions and their weights, as in {"disk": ["3A", "17C"]}."""
    found: dict[str, list[str]] = {}
    position = 0
    for part, stems in zip(PARTS, contents.parts, strict=True):
        letter = LETTERS[part]
        for stem in stems:
            position += 1  # A break has a position as well, so what stands around it is not side by side.
            if stem == BREAK:
                continue
            places = found.get(stem)
            if places is None:
                places = found[stem] = []
            if position <= LAST_POSITION and len(places) < MOST_POSITIONS:
                places.append(str(position) + letter)
        position += 1
    for other in contents.others:
        found.setdefault(other, [])
    plain = "".join(found)
    if plain.isascii() and "\x00" not in plain and len(plain) <= LONGEST_LEXEME:
        return found
    return {lexeme(token): places for token, places in found.items()}


def _within_limit(places: dict[str, list[str]]) -> Mapping[str, Sequence[str]]:
    """The words that there is room for. Only a thread of very many different ones has too many."""
    if sum(map(len, places)) * 4 + sum(map(len, places.values())) * 2 + len(places) * 4 <= MOST_BYTES:
        return places
    return dict(_that_fit(places.items()))


def _that_fit(places: Iterable[tuple[str, list[str]]]) -> Iterator[tuple[str, list[str]]]:
    pairs = list(places)
    sizes = accumulate(len(word.encode()) + 2 * len(at) + 4 for word, at in pairs)
    fitting = sum(1 for _ in takewhile(lambda size: size <= MOST_BYTES, sizes))
    return iter(pairs[:fitting])
