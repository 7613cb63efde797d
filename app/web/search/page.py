"""What the search page shows: words for the numbers, and links that widen or narrow the search."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from app.search.language import Fact, Phrase, Query, Term, Word
from app.search.queries import Found, Results
from app.web.ui.shell import plural

ORDERS = (("relevance", "Best match"), ("newest", "Newest"), ("votes", "Most helpful"))


@dataclass(frozen=True)
class SearchPage:
    """`typed` is what the reader typed, in one line; `query` is what was understood of it."""

    typed: str
    query: Query
    results: Results
    sort: str
    is_available: bool

    @property
    def heading(self) -> str:
        """How many were found, for what."""
        if not self.typed:
            return "Search"
        quoted = self.typed if '"' in self.typed else f"“{self.typed}”"
        if not self.is_available or not self.query.wanted:
            return f"Search for {quoted}"
        count = self.results.complete
        least = "At least " if count and (self.results.is_capped or self.results.is_partial) else ""
        return f"{least}{plural(count, 'question')} for {quoted}" if count else f"Nothing for {quoted}"

    @property
    def complete(self) -> list[Found]:
        """Questions of this page that match the whole query."""
        return [found for found in self.results.rows if found.has_every_word]

    @property
    def others(self) -> list[Found]:
        """Questions of this page that have some of the words."""
        return [found for found in self.results.rows if not found.has_every_word]

    @property
    def has_phrases(self) -> bool:
        return any(isinstance(term, Phrase) for term in self.query.wanted)

    @property
    def where(self) -> str:
        """Which of the results this page shows: "21 to 40 of 64"."""
        shown = self.results
        last = shown.first + len(shown.rows) - 1
        return f"{shown.first} to {last} of {'at least ' if shown.is_capped else ''}{shown.total:,}"

    def orders(self) -> Iterator[tuple[str, str, bool]]:
        """Address, words, and whether the list is in this order now."""
        for sort, words in ORDERS:
            yield self._address(self.query, sort), words, sort == self.sort

    def chosen(self) -> Iterator[tuple[str, str]]:
        """What narrows the search beyond its words, each with the address of the search without it."""
        for term in self.query.wanted:
            if isinstance(term, Fact):
                yield str(term), self._address(self.query.without_term(term), self.sort)
        for term in self.query.unwanted:
            yield f"-{term}", self._address(self.query.without_term(term), self.sort)

    def tags(self) -> Iterator[tuple[str, int, str]]:
        """Name, count, and the address of the search narrowed to that tag."""
        for name, count in self.results.tags:
            yield name, count, self._address(self.query.with_term(Fact("tag", name)), self.sort)

    @property
    def next_address(self) -> str:
        """The address of the page after this one; empty after the last."""
        if not self.results.has_more:
            return ""
        return self._address(self.query, self.sort, self.results.page + 1)

    @property
    def without_quotes(self) -> str:
        """The address of the same search with the words of its phrases on their own."""
        words = [word for term in self.query.wanted for word in self._loosened(term)]
        return self._address(Query(tuple(words), self.query.unwanted), self.sort)

    @staticmethod
    def _loosened(term: Term) -> list[Term]:
        if not isinstance(term, Phrase):
            return [term]
        # A hyphen in front leaves a word out; within quotation marks it was part of the word.
        return [Word(word.lstrip("-")) for word in term.text.split() if word.strip("-")]

    @staticmethod
    def _address(query: Query, sort: str, page: int = 1) -> str:
        words = {"q": str(query)}
        if sort != ORDERS[0][0]:
            words["sort"] = sort
        if page > 1:
            words["page"] = str(page)
        return f"/search?{urlencode(words)}"
