"""What a search is made of: a small tree that reads as the search language again."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

# Any other value stands in quotation marks, so that it is read as one value again.
_PLAIN_VALUE = re.compile(r"[\w@+#.][\w@+#.-]*")


@dataclass(frozen=True)
class Word:
    """One word or code-like token, as typed.

    `also`: other words that say the same, added by app.search.lookup. One with hyphens may stand as several words side
    by side, just as a typed one.
    """

    text: str
    also: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Phrase:
    """Words that must stand together, in this order."""

    text: str

    def __str__(self) -> str:
        return f'"{self.text}"'


@dataclass(frozen=True)
class Fact:
    """Something that the thread must be: `tag:networking`, `author:@sanfox`, `product:x`, `is:solved`, `type:answer`.

    `value` is as typed, in lower case; `key` is what the index holds for it, once app.search.lookup has looked it up:
    the number of a person, the slug of a product, the name of a tag behind its synonym. It stays empty where nothing is
    called so, and then the fact matches nothing.
    """

    kind: str
    value: str
    key: str = ""

    def __str__(self) -> str:
        value = self.value if _PLAIN_VALUE.fullmatch(self.value) else f'"{self.value}"'
        return f"{self.kind}:{value}"

    @property
    def token(self) -> str:
        """The token among the facts of a thread."""
        return f"{self.kind}:{self.key or self.value}"


@dataclass(frozen=True)
class Day:
    """Asked on `day` or later (`kind` "after"), or on `day` or earlier ("before")."""

    kind: str
    day: date

    def __str__(self) -> str:
        return f"{self.kind}:{self.day.isoformat()}"


Term = Word | Phrase | Fact | Day


@dataclass(frozen=True)
class Query:
    """What somebody looks for: every `wanted` term, none of the `unwanted`.

    `remarks` are sentences for the reader about what could not be taken as typed. `str(query)` is the
    query in the language again, and parsing that gives the same terms. Words that stand in every
    question are left out.
    """

    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()
    remarks: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " ".join([*map(str, self.wanted), *(f"-{term}" for term in self.unwanted)])

    @property
    def words(self) -> tuple[Word, ...]:
        return tuple(term for term in self.wanted if isinstance(term, Word))

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        return tuple(term for term in self.wanted if isinstance(term, Phrase))

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts that are asked for."""
        return tuple(term for term in self.wanted if isinstance(term, Fact))

    @property
    def tags(self) -> tuple[str, ...]:
        """The names of the tags that are asked for."""
        return tuple(fact.key or fact.value for fact in self.facts if fact.kind == "tag")

    @property
    def days(self) -> tuple[Day, ...]:
        """The days that are asked for; they are never among the unwanted."""
        return tuple(term for term in self.wanted if isinstance(term, Day))

    def has_term(self, term: Term) -> bool:
        """True where `term` is wanted already, be it under another name of the same thing."""
        return any(_is_same(each, term) for each in self.wanted)

    def with_term(self, term: Term) -> Self:
        """The same query, narrowed by one more term."""
        return self if self.has_term(term) else replace(self, wanted=(*self.wanted, term))

    def without_term(self, term: Term) -> Self:
        """The same query without `term`, wanted or unwanted."""
        return replace(
            self,
            wanted=tuple(each for each in self.wanted if not _is_same(each, term)),
            unwanted=tuple(each for each in self.unwanted if not _is_same(each, term)),
        )


def _is_same(one: Term, other: Term) -> bool:
    """Facts are the same by what they mean, other terms by how they read."""
    if isinstance(one, Fact) and isinstance(other, Fact):
        return one.token == other.token or str(one) == str(other)
    return type(one) is type(other) and str(one) == str(other)
