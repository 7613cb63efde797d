"""What the search page shows: words for the numbers, and links that widen or narrow the search."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.search.facets import Choice, Facet
from app.search.language import Day, Fact, Phrase, Query, Term, Word
from app.search.port import MOST_HITS
from app.search.queries import Found, Results
from app.web.search.addresses import address_of, feed_of
from app.web.ui.shell import plural

ORDERS = (("relevance", "Best match"), ("newest", "Newest"), ("votes", "Most helpful"))
NAMES = {"year": "Written"}
"""What a kind of choices is called here, where that is not its own name."""


class Link(NamedTuple):
    """Words that lead to another search."""

    words: str
    address: str


class Narrowing(NamedTuple):
    """One choice among those of a kind: pressed again, a current one is taken away."""

    words: str
    questions: int
    address: str
    is_current: bool


@dataclass(frozen=True)
class SearchPage:
    """`typed` is what the reader typed, in one line; `results.query` is what was understood of it."""

    typed: str
    results: Results
    sort: str
    is_available: bool = True

    @property
    def query(self) -> Query:
        return self.results.query

    @property
    def is_answered(self) -> bool:
        """Something was looked for, and there is an answer."""
        return self.is_available and bool(self.query.wanted)

    @property
    def heading(self) -> str:
        """How many were found, for what."""
        if not self.typed:
            return "Search"
        if not self.is_answered:
            return f"Search for {_quoted(self.typed)}"
        if self.results.is_mixed and self.results.total:
            return f"Best matches{self._about}"
        count = self.results.complete
        if not count:
            return f"No {'public ' if self.results.confidential else ''}{self._what('question')}"
        least = "At least " if self.results.is_capped or self.results.is_partial else ""
        return f"{least}{count:,} {self._what('question' if count == 1 else 'questions')}"

    def _what(self, noun: str) -> str:
        """What was looked for, as one says it: "solved questions for “replication stalls”"."""
        states = [fact.value for fact in self.query.facts if fact.kind == "is"]
        state = "".join(f"{each} " for each in states if each != "expert")
        by = " answered by an expert" if "expert" in states else ""
        return f"{state}{noun}{by}{self._about}"

    @property
    def _about(self) -> str:
        said = " ".join(str(term) for term in self.query.wanted if isinstance(term, Word | Phrase))
        if said:
            return f" for {_quoted(said)}"
        topics = [fact.value for fact in self.query.facts if fact.kind in {"tag", "product"}]
        people = [fact.value for fact in self.query.facts if fact.kind == "author"]
        about = f" about {' and '.join(topics)}" if topics else ""
        return f"{about} with {' and '.join(people)}" if people else about

    @property
    def complete(self) -> list[Found]:
        """Questions of this page that match the whole query; all of them where best fits stand first."""
        return [found for found in self.results.rows if found.has_every_word or self.results.is_mixed]

    @property
    def others(self) -> list[Found]:
        """Questions of this page that have some of the words."""
        return [found for found in self.results.rows if not (found.has_every_word or self.results.is_mixed)]

    @property
    def is_beyond_the_last(self) -> bool:
        return not self.results.rows and self.results.total > 0

    @property
    def where(self) -> str:
        """Which of the results this page shows: "21 to 40 of 64"."""
        shown = self.results
        last = shown.first + len(shown.rows) - 1
        return f"{shown.first} to {last} of {'at least ' if shown.is_capped else ''}{shown.total:,}"

    @property
    def counted_among(self) -> str:
        """Of how many the counts of the choices are, where that is not all."""
        return f"Counted among the best {plural(MOST_HITS, 'question')}." if self.results.is_capped else ""

    @property
    def address(self) -> str:
        """The first page of this search, in this order."""
        return address_of(self.query, self.sort)

    @property
    def feed(self) -> str:
        """The address of the same search as a feed; empty where nothing is looked for."""
        return feed_of(self.query) if self.query.wanted else ""

    @property
    def next_address(self) -> str:
        """The address of the page after this one; empty after the last."""
        return address_of(self.query, self.sort, self.results.page + 1) if self.results.has_more else ""

    def orders(self) -> Iterator[tuple[str, str, bool]]:
        """Address, words, and whether the list is in this order now."""
        for sort, words in ORDERS:
            yield address_of(self.query, sort), words, sort == self.sort

    @property
    def chosen(self) -> Sequence[Link]:
        """What narrows the search beyond its words, each with the address of the search without it."""
        terms = [term for term in self.query.wanted if isinstance(term, Fact | Day)]
        return [
            *(Link(str(term), self._without(term)) for term in terms),
            *(Link(f"-{term}", self._without(term)) for term in self.query.unwanted),
        ]

    def _without(self, term: Term) -> str:
        return address_of(self.query.without_term(term), self.sort)

    @property
    def facets(self) -> Sequence[Facet]:
        """The kinds of choices of which at least one narrows the search, or has done so."""
        return [facet for facet in self.results.facets if any(map(self._makes_a_difference, facet.choices))]

    def _makes_a_difference(self, choice: Choice) -> bool:
        return choice.is_chosen or choice.count < self.results.answering

    def narrowings(self, facet: Facet) -> Iterator[Narrowing]:
        """The choices of one kind, with the addresses that they lead to."""
        for choice in facet.choices:
            yield Narrowing(choice.words, choice.count, self._toggled(choice), choice.is_chosen)

    def _toggled(self, choice: Choice) -> str:
        return address_of(choice.toggled(self.query), self.sort)

    def name_of(self, facet: Facet) -> str:
        """What a kind of choices is called."""
        return NAMES.get(facet.kind, facet.name)

    @property
    def did_you_mean(self) -> Link | None:
        """The same search spelled otherwise, where that finds more."""
        other = self.results.did_you_mean
        return Link(other, address_of(other, self.sort)) if other else None

    @property
    def related(self) -> Sequence[Link]:
        """Searches that lead on."""
        return [Link(other, address_of(other)) for other in self.results.related]


def _quoted(text: str) -> str:
    return text if '"' in text else f"“{text}”"
