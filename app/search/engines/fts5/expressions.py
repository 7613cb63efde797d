"""What is wanted, in the language of FTS5: tokens in quotation marks, and nothing else that came from outside.

An empty expression asks for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from app.search.engines.clauses import Clause, Wanted, Way
from app.search.engines.fts5.rows import clean, fact, in_title, row_of

PHRASE_COLUMNS = "{title body comments}"
"""Where tokens stand in the order of the text."""

LAST_ROW = 2**63 - 1


@dataclass(frozen=True)
class Bounds:
    """What has to hold besides the words. `inside` and `outside` are expressions, `first` and `last` rows."""

    inside: str
    outside: str
    first: int
    last: int

    @classmethod
    def of(cls, wanted: Wanted) -> Self:
        unwanted = [*map(clause_match, wanted.unwanted), *(quoted(fact(token)) for token in wanted.unwanted_facts)]
        return cls(
            inside=all_of(quoted(fact(token)) for token in wanted.facts),
            outside=any_of(unwanted),
            first=0 if wanted.since is None else row_of(wanted.since, 0),
            last=LAST_ROW if wanted.until is None else row_of(wanted.until + 1, 0) - 1,
        )

    def match(self, *expressions: str) -> str:
        """All of the expressions, inside the bounds; empty where that asks for nothing that has to be there."""
        inside = all_of((*expressions, self.inside))
        return f"({inside} NOT {self.outside})" if inside and self.outside else inside


def quoted(token: str) -> str:
    """Tokens of the index, with a space between, as FTS5 takes them side by side."""
    return '"' + token.replace('"', '""') + '"'


def all_of(expressions: Iterable[str]) -> str:
    return _joined(" AND ", expressions)


def any_of(expressions: Iterable[str]) -> str:
    return _joined(" OR ", expressions)


def clause_match(clause: Clause) -> str:
    """A clause in any of its ways."""
    return any_of(_way(way) for way in clause.ways)


def title_match(clause: Clause) -> str:
    """A clause with all tokens of one of its ways in the title."""
    return any_of(all_of(quoted(in_title(token)) for token in way.tokens) for way in clause.ways)


def _way(way: Way) -> str:
    expression = quoted(" ".join(map(clean, way.tokens)))
    return expression if len(way.tokens) == 1 else f"({PHRASE_COLUMNS} : {expression})"


def _joined(word: str, expressions: Iterable[str]) -> str:
    said = [expression for expression in expressions if expression]
    return f"({word.join(said)})" if len(said) > 1 else "".join(said)
