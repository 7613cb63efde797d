"""What is looked for, found again in texts: by a quick look that shows most of it, and word by word.

Both see words as app.search.words does, and so as every index does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Self

from app.kernel.text import plain_text
from app.search.language import Phrase, Query, Word
from app.search.words import LONGEST_TOKEN, begins_word, exact_form, exact_forms, piece_at, stem, stems

WINDOW = 200
"""Characters behind the first word of a phrase, or around a token, in which a quick look expects all of it."""

MOST_PLACES = 100
"""Places of one text at which a quick look tries; a text that repeats one word for pages is read word by word."""

_MARKS = re.compile("[\u0300-\u036f]+")
_ENGLISH = re.compile("[a-z]{3,}")


class Text:
    """One text of a thread, Markdown or plain. What is costly to know is found out once, when it is asked for."""

    def __init__(self, source: str) -> None:
        self.source = source

    @cached_property
    def folded(self) -> str:
        """The source without capitals, accents and apostrophes, with its markup."""
        lowered = self.source.lower().replace("'", "").replace("’", "")
        if lowered.isascii():
            return lowered
        return _MARKS.sub("", unicodedata.normalize("NFKD", lowered.casefold()))

    @cached_property
    def words(self) -> list[str]:
        """The stems of its words."""
        return stems(self._plain)

    @cached_property
    def tokens(self) -> frozenset[str]:
        """Its code-like tokens."""
        return frozenset(exact_forms(self._plain))

    @cached_property
    def _plain(self) -> str:
        return plain_text(self.source)


class Look(NamedTuple):
    """A way to look at a text: for words side by side, and for one code-like token."""

    words: Callable[[Text, tuple[str, ...]], bool]
    token: Callable[[Text, str], bool]


class Way(NamedTuple):
    """One way for a term to stand in a thread: `words` side by side in one text, and `tokens` in any of them."""

    words: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()

    def stands(self, texts: Sequence[Text], look: Look) -> bool:
        together = not self.words or any(look.words(text, self.words) for text in texts)
        return together and all(any(look.token(text, token) for text in texts) for token in self.tokens)


@dataclass(frozen=True)
class Sought:
    """The words and phrases of a query: for each term the ways in which it may stand in a thread.

    `parts` are the words and tokens within the words: where a thread has only some of the words, one of them stands.
    """

    words: tuple[tuple[Way, ...], ...] = ()
    phrases: tuple[tuple[Way, ...], ...] = ()
    parts: tuple[Way, ...] = ()

    @classmethod
    def of(cls, query: Query) -> Self:
        """What `query` wants; its facts and days are for the database."""
        words = tuple(tuple(_ways_of_word(word)) for word in query.words)
        phrases = tuple(tuple(_ways_of_phrase(phrase)) for phrase in query.phrases)
        return cls(tuple(filter(None, words)), tuple(filter(None, phrases)), tuple(_parts(_said_by(query.words))))

    def __bool__(self) -> bool:
        return bool(self.words or self.phrases)

    def stands(self, texts: Sequence[Text], look: Look, *, every: bool = True) -> bool:
        """True where all the words and phrases stand in `texts`; with `every` False, any of the words is enough."""
        phrases = all(_any_stands(ways, texts, look) for ways in self.phrases)
        if every or not self.words:
            return phrases and all(_any_stands(ways, texts, look) for ways in self.words)
        return phrases and _any_stands(self.parts, texts, look)

    def has_any(self, texts: Sequence[Text], look: Look) -> bool:
        """True where one of the words or phrases stands in `texts`."""
        return any(_any_stands(ways, texts, look) for ways in (*self.words, *self.phrases))


def _any_stands(ways: Sequence[Way], texts: Sequence[Text], look: Look) -> bool:
    return any(way.stands(texts, look) for way in ways)


def _ways_of_phrase(phrase: Phrase) -> Iterator[Way]:
    words, tokens = stems(phrase.text), [form for token in phrase.text.split() if (form := exact_form(token))]
    if words or tokens:
        yield Way(tuple(words), tuple(tokens))


def _ways_of_word(word: Word) -> Iterator[Way]:
    """As it is typed, or its words side by side: `wi-fi` also stands in "wi fi", but `c++` not in "c"."""
    for text in _said_by([word]):
        form, words = exact_form(text), stems(text)
        if form:
            yield Way(tokens=(form,))
        if len(words) > 1 or (words and not form):
            yield Way(words=tuple(words))


def _said_by(words: Sequence[Word]) -> list[str]:
    """The words as typed, and those that say the same."""
    return [text for word in words for text in (word.text, *word.also)]


def _parts(texts: Sequence[str]) -> Iterator[Way]:
    for text in texts:
        yield from (Way(tokens=(form,)) for form in exact_forms(text))
        yield from (Way(words=(word,)) for word in stems(text))


def _has_words(text: Text, wanted: tuple[str, ...]) -> bool:
    if len(wanted) == 1:
        return wanted[0] in text.words
    size = len(wanted)
    starts = (at for at, word in enumerate(text.words) if word == wanted[0])
    return any(tuple(text.words[at : at + size]) == wanted for at in starts)


def _has_token(text: Text, token: str) -> bool:
    return token in text.tokens


def _shows_words(text: Text, words: tuple[str, ...]) -> bool:
    return any(_begin_at(text.folded, at, words) for at in _places(text.folded, beginning(words[0])))


def _places(folded: str, part: str) -> Iterator[int]:
    """The first places of `part`."""
    at = -1
    for _ in range(MOST_PLACES):
        at = folded.find(part, at + 1)
        if at < 0:
            return
        yield at


def beginning(word: str) -> str:
    """Letters that nearly every word with this stem begins with: "hope" is also the stem of "hoping"."""
    return word[:-1] if _ENGLISH.fullmatch(word) else word


def _begin_at(folded: str, at: int, words: tuple[str, ...]) -> bool:
    # The v of a version is no part of its stem.
    start = at - 1 if "." in words[0] and folded[at - 1 : at] == "v" else at
    if not begins_word(folded, start):
        return False
    if len(words) == 1 and words[0].isascii():
        return stem(piece_at(folded, start)[:LONGEST_TOKEN]) == words[0]
    end = start + WINDOW + sum(map(len, words))
    found = stems(folded[start:end])
    # The last word may have been cut.
    return tuple(found[: len(words)]) == words and (len(found) > len(words) or end >= len(folded))


def _shows_token(text: Text, token: str) -> bool:
    return any(token in exact_forms(_chunk(text.folded, at, len(token))) for at in _places(text.folded, token))


def _chunk(folded: str, at: int, length: int) -> str:
    """The characters around a token up to the next spaces, or cut where there is none."""
    before = folded[max(0, at - WINDOW) : at].split()
    behind = folded[at : at + length + WINDOW].split(maxsplit=1)
    head = "" if not before or folded[at - 1].isspace() else before[-1]
    return head + behind[0]


QUICKLY = Look(_shows_words, _shows_token)
"""May take markup for words, and miss words with unusual letters."""

CLOSELY = Look(_has_words, _has_token)
"""As an index sees the text, for fifty times the price."""
