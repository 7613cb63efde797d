"""What the found questions have in common, with how many each: choices that narrow a search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.people.models import Person
from app.search.language import Day, Query, Term


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One way to narrow a search: `count` of the found questions meet all `terms`.

    `words` is what the reader sees. A year has two terms, its first and its last day; all others have one.
    """

    terms: tuple[Term, ...]
    words: str
    count: int
    is_chosen: bool = False

    def query(self, query: Query) -> Query:
        """`query` narrowed by this choice; where it is chosen already, `query` without it."""
        if any(isinstance(term, Day) for term in self.terms):
            for day in [term for term in query.wanted if isinstance(term, Day)]:
                query = query.without_term(day)
        for term in self.terms:
            query = query.without_term(term) if self.is_chosen else query.with_term(term)
        return query


@dataclass(frozen=True, kw_only=True)
class Facet:
    """Choices of one kind ("type", "state", "tag", "product", "expert", "year") under the `name` that readers see."""

    kind: str
    name: str
    choices: list[Choice] = field(default_factory=list)


def facets_of(ids: Sequence[int], query: Query, viewer: Person | None) -> list[Facet]:
    """The choices among these questions, which `viewer` may all see; kinds without any choice are left out."""
    return []
