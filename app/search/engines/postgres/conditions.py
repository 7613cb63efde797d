"""Which threads are looked for, as tsqueries: what the index can say, and what only the thread itself can.

A phrase is looked up as threads with all of its words; whether they stand side by side, only the thread says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from app.search.engines.clauses import Clause, Wanted, Way
from app.search.engines.postgres.vector import FACT, IN_TITLE, lexeme, quoted


@dataclass(frozen=True)
class Condition:
    """`words` is a tsquery for the index; `exact`, where it is not empty, one that each thread must meet as well.

    `since` and `until` are ordinal days.
    """

    words: str = ""
    exact: str = ""
    since: int | None = None
    until: int | None = None

    def also(self, words: str) -> Condition:
        """This and another tsquery for the index."""
        return replace(self, words=all_of([self.words, words]))


def having(clauses: Sequence[Clause], wanted: Wanted) -> Condition:
    """Threads that have every one of `clauses`, and the facts, the days and nothing unwanted of `wanted`."""
    unwanted = [way for clause in wanted.unwanted for way in clause.ways]
    words = [
        *(any_of(_together(way) for way in clause.ways) for clause in clauses),
        *(_word(FACT + fact) for fact in wanted.facts),
        *(_without(_word(FACT + fact)) for fact in wanted.unwanted_facts),
        *(_without(_together(way)) for way in unwanted if len(way.tokens) == 1),
    ]
    exact = [
        *(any_of(map(_side_by_side, clause.ways)) for clause in clauses if _has_phrase(clause)),
        *(_without(_side_by_side(way)) for way in unwanted if len(way.tokens) > 1),
    ]
    return Condition(all_of(words), all_of(exact), wanted.since, wanted.until)


def in_title(clauses: Iterable[Clause]) -> str:
    """A title that has every one of `clauses`."""
    ways = ([all_of(map(_title_word, way.tokens)) for way in clause.ways] for clause in clauses)
    return all_of(map(any_of, ways))


def any_in_title(tokens: Iterable[str]) -> str:
    return any_of(map(_title_word, tokens))


def two_in_title(tokens: Iterable[str]) -> str:
    return any_of(all_of(map(_title_word, two)) for two in combinations(tokens, 2))


def at_least(count: int, tokens: Iterable[str]) -> str:
    """Threads with `count` of these tokens or more."""
    return any_of(all_of(map(_word, some)) for some in combinations(tokens, count))


def word_query(token: str) -> str:
    """A tsquery of one word."""
    return _word(token)


def all_of(queries: Iterable[str]) -> str:
    return " & ".join(query for query in queries if query)


def any_of(queries: Iterable[str]) -> str:
    return f"({' | '.join(f'({query})' for query in queries)})"


def _has_phrase(clause: Clause) -> bool:
    return any(len(way.tokens) > 1 for way in clause.ways)


def _together(way: Way) -> str:
    return all_of(map(_word, way.tokens))


def _side_by_side(way: Way) -> str:
    return " <-> ".join(map(_word, way.tokens))


def _without(query: str) -> str:
    return f"!({query})"


def _word(token: str) -> str:
    return quoted(lexeme(token))


def _title_word(token: str) -> str:
    return _word(IN_TITLE + token)
