"""The place of a text that shows why it was found, with the found words told apart.

Texts come from the database, never from the index. Nothing here makes HTML: a template marks the segments.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from app.kernel.text import plain_text
from app.search.language import Phrase, Query, Word
from app.search.sought import beginning, in_small_letters, places_of
from app.search.words import begins_word, exact_form, piece_at, stem, stems

LENGTH = 240
LEAD = 60
"""Characters shown before the first found word."""

MOST_TRIED = 2_000
"""Letters of one needle that are looked at in a text, as it may be made of nothing else."""

MOST_PLACES = 400
"""Found words of one needle; an excerpt begins at one of the first 200 of all, and shows no more than so many."""

TYPED = 20
"""A needle that was typed says as much as so many others; synonyms of one search are fewer."""


@dataclass(frozen=True)
class Passage:
    """The text of one post of a thread, in Markdown.

    `anchor` is its place on the page of the question: "answer-12", "comment-7", or empty for the question itself.
    `said_by` is the name of whoever wrote it. `is_asked_for`: the search asks for what such a person wrote, or for
    posts of this kind.
    """

    source: str
    anchor: str = ""
    said_by: str = ""
    is_asked_for: bool = False


@dataclass(frozen=True)
class Segment:
    """A part of an excerpt: found words, or what stands between them."""

    text: str
    is_found: bool = False


@dataclass(frozen=True)
class Excerpt:
    """What is shown of a thread, and of which post it is: `anchor` and `said_by` are those of its passage."""

    segments: list[Segment]
    anchor: str = ""
    said_by: str = ""


@dataclass(frozen=True)
class Needles:
    """What to look for: stems, each with the letters that words with it begin with, and code-like tokens.

    `typed` are those of what was typed; the others say the same.
    """

    stems: dict[str, str]
    exact: frozenset[str]
    typed: frozenset[str]

    @property
    def letters(self) -> tuple[str, ...]:
        """What a text in small letters has somewhere if one of them stands in it."""
        return (*self.stems.values(), *self.exact)

    def worth(self, found: Iterable[str]) -> int:
        """How much it says that these needles are found: one that was typed more than all the others."""
        return sum(TYPED if needle in self.typed else 1 for needle in set(found))


@dataclass(frozen=True, order=True)
class _Place:
    start: int
    end: int
    needle: str


def needles(query: Query) -> Needles:
    """What an excerpt for `query` marks."""
    words, exact = _in_texts([term.text for term in query.wanted if isinstance(term, Word | Phrase)])
    other_words, other_exact = _in_texts([text for word in query.words for text in word.also])
    letters = {word: beginning(word) for word in (*words, *other_words)}
    return Needles(letters, frozenset((*exact, *other_exact)), typed=frozenset((*words, *exact)))


def _in_texts(texts: Iterable[str]) -> tuple[list[str], list[str]]:
    """The stems and the code-like tokens of what was typed."""
    tokens = [token for text in texts for token in text.split()]
    exact = {token: form for token in tokens if (form := exact_form(token))}
    # The one word of a code-like token is another word: the c of c++ is not looked for.
    words = [word for token in tokens if token not in exact or len(stems(token)) > 1 for word in stems(token)]
    return words, list(exact.values())


def excerpt(passages: Sequence[Passage], sought: Needles) -> Excerpt:
    """About LENGTH characters of the best passage, or its beginning where no word of it is `sought`.

    The best is one that is asked for, then the one with most of what is sought, then the first of equals; where nothing
    is found, the question.
    """
    if not passages:
        return Excerpt([])
    best = max(passages, key=lambda passage: _worth(passage, sought))
    text = plain_text(best.source)
    places = list(_places(text, sought))
    start = _best_start(text, places, sought)
    end = _word_end(text, start + LENGTH)
    return Excerpt(list(_segments(text, start, end, places)), best.anchor, best.said_by)


def _worth(passage: Passage, sought: Needles) -> tuple[bool, int, bool]:
    said = sought.worth(found_in(passage.source, sought))
    return passage.is_asked_for, said, not said and not passage.anchor


def found_in(source: str, sought: Needles) -> list[str]:
    """The needles that stand in a text."""
    lowered = in_small_letters(source)
    words = (_words(source, lowered, letters, word) for word, letters in sought.stems.items())
    tokens = (_tokens(lowered, form) for form in sought.exact)
    firsts = (next(places, None) for places in chain(words, tokens))
    return [place.needle for place in firsts if place is not None]


def _places(text: str, sought: Needles) -> Iterator[_Place]:
    """Found words in order, none over another. The time grows with the text at most, whatever is in it."""
    lowered = in_small_letters(text)
    words = (_words(text, lowered, letters, word) for word, letters in sought.stems.items())
    tokens = (_tokens(lowered, form) for form in sought.exact)
    found = [place for places in chain(words, tokens) for place in islice(places, MOST_PLACES)]
    reached = 0
    for place in sorted(found, key=lambda place: (place.start, -place.end)):
        if place.start >= reached:
            reached = place.end
            yield place


def _words(text: str, lowered: str, letters: str, word: str) -> Iterator[_Place]:
    for at in places_of(letters, lowered, MOST_TRIED):
        piece = piece_at(text, at) if begins_word(text, at) else ""
        if piece and stem(piece) == word:
            yield _Place(at, at + len(piece), word)


def _tokens(lowered: str, form: str) -> Iterator[_Place]:
    for at in places_of(form, lowered, MOST_TRIED):
        end = at + len(form)
        if not lowered[at - 1 : at].isalnum() and not lowered[end : end + 1].isalnum():
            yield _Place(at, end, form)


def _best_start(text: str, places: Sequence[_Place], sought: Needles) -> int:
    """Where to begin, so that as many different needles as possible are shown."""
    if not places:
        return 0
    starts = [place.start for place in places]

    def shown(place: _Place) -> int:
        first, last = bisect_left(starts, place.start), bisect_left(starts, place.start + LENGTH - LEAD)
        return sought.worth(each.needle for each in places[first:last])

    best = max(places[:200], key=lambda place: (shown(place), -place.start))
    begin = max(0, best.start - LEAD)
    return 0 if begin == 0 else text.find(" ", begin, best.start) + 1 or best.start


def _word_end(text: str, at: int) -> int:
    """The end of the word before `at`, or of the text."""
    if at >= len(text):
        return len(text)
    space = text.rfind(" ", at - 40, at)
    return space if space > 0 else at


def _segments(text: str, start: int, end: int, places: Sequence[_Place]) -> Iterator[Segment]:
    at, before = start, "… " if start else ""
    for place in places:
        if place.start < start or place.end > end:
            continue
        yield Segment(before + text[at : place.start])
        yield Segment(text[place.start : place.end], is_found=True)
        at, before = place.end, ""
    yield Segment(before + text[at:end] + (" …" if end < len(text) else ""))
