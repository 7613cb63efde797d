"""The place of a text that shows why it was found, with the found words told apart.

Texts come from the database, never from the index. Nothing here makes HTML: a template marks the segments.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.kernel.text import plain_text
from app.search.language import Phrase, Query, Word
from app.search.words import begins_word, exact_form, piece_at, stem, stems

LENGTH = 240
LEAD = 60
"""Characters shown before the first found word."""


@dataclass(frozen=True)
class Segment:
    """A part of an excerpt: found words, or what stands between them."""

    text: str
    is_found: bool = False


@dataclass(frozen=True)
class Needles:
    """What to look for: stems, each with the letters that words with it begin with, and code-like tokens."""

    stems: dict[str, str]
    exact: frozenset[str]


@dataclass(frozen=True, order=True)
class _Place:
    start: int
    end: int
    needle: str


def needles(query: Query) -> Needles:
    """What an excerpt for `query` marks."""
    texts = [term.text for term in query.wanted if isinstance(term, Word | Phrase)]
    tokens = [token for text in texts for token in text.split()]
    exact = {token: form for token in tokens if (form := exact_form(token))}
    # The one word of a code-like token is another word: the c of c++ is not looked for.
    words = [word for token in tokens if token not in exact or len(stems(token)) > 1 for word in stems(token)]
    # A stem may end in an i where the word has a y, so words are looked for by what comes before it.
    return Needles({word: word.removesuffix("i") for word in words}, frozenset(exact.values()))


def excerpt(sources: Sequence[str], sought: Needles) -> list[Segment]:
    """About LENGTH characters of whichever Markdown source says most of what is `sought`, or the start of the first."""
    if not sources:
        return []
    text = plain_text(max(sources, key=lambda source: _variety(source, sought)))
    places = list(_places(text, sought))
    start = _best_start(text, places)
    end = _word_end(text, start + LENGTH)
    return list(_segments(text, start, end, places))


def _variety(source: str, sought: Needles) -> int:
    """How many of the needles seem to be in a text; a quick look, for choosing."""
    lowered = source.lower()
    return sum(needle in lowered for needle in (*sought.stems.values(), *sought.exact))


def _places(text: str, sought: Needles) -> Iterator[_Place]:
    """Every found word in order, none over another. The time grows with the text, whatever is in it."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = text  # Some letters grow when they are lowered, and places would no longer be right.
    found = [
        *(place for word, beginning in sought.stems.items() for place in _words(text, lowered, beginning, word)),
        *(place for form in sought.exact for place in _tokens(lowered, form)),
    ]
    reached = 0
    for place in sorted(found, key=lambda place: (place.start, -place.end)):
        if place.start >= reached:
            reached = place.end
            yield place


def _words(text: str, lowered: str, beginning: str, word: str) -> Iterator[_Place]:
    at = lowered.find(beginning)
    while at >= 0:
        piece = piece_at(text, at) if begins_word(text, at) else ""
        if piece and stem(piece) == word:
            yield _Place(at, at + len(piece), word)
        at = lowered.find(beginning, at + 1)


def _tokens(lowered: str, form: str) -> Iterator[_Place]:
    at = lowered.find(form)
    while at >= 0:
        end = at + len(form)
        if not lowered[at - 1 : at].isalnum() and not lowered[end : end + 1].isalnum():
            yield _Place(at, end, form)
        at = lowered.find(form, at + len(form))


def _best_start(text: str, places: Sequence[_Place]) -> int:
    """Where to begin, so that as many different needles as possible are shown."""
    if not places:
        return 0
    starts = [place.start for place in places]

    def shown(place: _Place) -> int:
        first, last = bisect_left(starts, place.start), bisect_left(starts, place.start + LENGTH - LEAD)
        return len({each.needle for each in places[first:last]})

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
