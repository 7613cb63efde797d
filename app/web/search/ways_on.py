"""Where to go from a search that found nothing: the same with less, or asking."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

from app.questions.rules import LONGEST_TITLE
from app.search.dictionary import dictionary
from app.search.language import Phrase, Query, Term, Word, parse
from app.web.search.addresses import address_of
from app.web.search.page import Link


def looser(query: Query, *, has_some: bool) -> list[Link]:
    """The same search with less: without quotation marks, without what narrows it, without its rarest word.

    `has_some`: some of its words were found, so that the others may be those that are too much. Asks the database once,
    and only where there is a word to choose.
    """
    found = (each for each in _looser(query, has_some) if each[1].wanted)
    return [Link(words, address_of(other)) for words, other in found]


def _looser(query: Query, has_some: bool) -> Iterator[tuple[str, Query]]:
    said = tuple(term for term in query.wanted if isinstance(term, Word | Phrase))
    if query.phrases:
        yield "Search without the quotation marks", _unquoted(query)
    if said and (len(said) < len(query.wanted) or query.unwanted):
        yield "Search for the words alone", replace(query, wanted=said, unwanted=())
    if has_some and len(said) > 1 and query.words:
        rarest = _rarest(query)
        yield f"Search without “{rarest}”", query.without_term(rarest)


def _unquoted(query: Query) -> Query:
    return replace(query, wanted=tuple(word for term in query.wanted for word in _loosened(term)))


def _loosened(term: Term) -> tuple[Term, ...]:
    if not isinstance(term, Phrase):
        return (term,)
    # Within quotation marks a hyphen or a colon was part of a word; outside it would mean something.
    return parse(" ".join(word.lstrip("-").replace(":", " ") for word in term.text.split())).words


def _rarest(query: Query) -> Word:
    """The word that stands in fewest threads; of equals the last one."""
    known = dictionary()
    return min(reversed(query.words), key=lambda word: known.threads(word.text.lower()))


def asking(query: Query) -> str:
    """The address of the form for a question, with the words that were looked for as its title, and the topic."""
    title = " ".join(term.text for term in query.wanted if isinstance(term, Word | Phrase))
    fields = {"title": title[:1].upper() + title[1:LONGEST_TITLE]} if title else {}
    if len(query.tags) == 1:
        fields["tag"] = query.tags[0]
    return f"/questions/ask?{urlencode(fields)}" if fields else "/questions/ask"
