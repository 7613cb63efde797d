"""What the community asks of a search engine. Engines hold ids and words; texts and rights stay in the database."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from app.search.language import Query

MOST_HITS = 500
"""Hits of one query, best first. Nobody pages further, and the count says "at least" from there on."""

TIME_BUDGET = 0.25
"""Seconds one query may take; what was found by then is the answer, marked as partial."""

FEW = 5
"""When fewer threads than this have every word, those with some of the words follow."""


class IndexUnavailable(Exception):
    """There is no index that can be read. The message is one sentence for the operator."""


class IndexBusy(Exception):
    """Somebody else writes to the index; what was to be written can wait."""


@dataclass(frozen=True, kw_only=True)
class Thread:
    """One document: a question with all that stands below it, in plain words.

    `facts` are what filters ask for, as tokens like "tag:networking" (app.search.facts); `asked_on` is the day it was
    asked, as the ordinal number of date.toordinal().
    """

    id: int
    title: str
    body: str = ""
    accepted: str = ""
    answers: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    asked_on: int = 0

    @property
    def texts(self) -> tuple[str, ...]:
        """Question, accepted answer, other answers and comments: no phrase runs from one into the next."""
        return (self.body, self.accepted, *self.answers, *self.comments)


@dataclass(frozen=True)
class Removal:
    """A thread that is to be found no longer."""

    id: int


Change = Thread | Removal


class Order(enum.StrEnum):
    """What stands first among the hits."""

    RELEVANCE = "relevance"
    NEWEST = "newest"


class Hit(NamedTuple):
    """One thread that matches. Scores compare within one answer alone: twice as much fits twice as well.

    `is_complete`: it has all that is wanted, not only some of the words.
    """

    id: int
    score: float
    is_complete: bool = True


@dataclass(frozen=True, kw_only=True)
class Hits:
    """Threads that match, first the complete ones, each kind in the order that was asked for.

    `is_mixed`: the query describes a problem, so what fits best stands first, complete or not.
    `is_capped`: there are more than these. `is_partial`: time ran out before all were looked at.
    """

    found: tuple[Hit, ...] = ()
    is_mixed: bool = False
    is_capped: bool = False
    is_partial: bool = False

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(hit.id for hit in self.found)

    @property
    def complete(self) -> int:
        """How many have all that is wanted; they stand before the others."""
        return sum(hit.is_complete for hit in self.found)


@dataclass(frozen=True, kw_only=True)
class Status:
    """How the index is. `build` names the last rebuild; `problem` is a sentence, empty when there is none.

    `advice` is a sentence for the operator when another engine would serve a site of this size better.
    """

    engine: str = ""
    build: str = ""
    documents: int = 0
    size: int = 0
    built_at: datetime | None = None
    problem: str = ""
    advice: str = ""

    @property
    def is_available(self) -> bool:
        return not self.problem


class SearchIndex(Protocol):
    """A search engine. Reading raises IndexUnavailable and nothing else; writing also raises IndexBusy."""

    def apply(self, changes: Sequence[Change]) -> None:
        """Make the index agree with `changes`, in one commit that survives a power cut. Safe to repeat."""

    def rebuild(self, threads: Iterable[Thread]) -> None:
        """Build a new index of exactly `threads` aside, then let it take the place of the old one at once."""

    def query(
        self,
        query: Query,
        *,
        order: Order = Order.RELEVANCE,
        limit: int = MOST_HITS,
        seconds: float = TIME_BUDGET,
    ) -> Hits:
        """Threads that match. Without any word or phrase the newest come first, whatever the order.

        When fewer than FEW match, those with only some of the words follow; phrases, facts and days always hold.
        """

    def similar(
        self, text: str, tags: Sequence[str] = (), *, exclude: int | None = None, limit: int = 5
    ) -> tuple[Hit, ...]:
        """The threads that share most with `text` and `tags`, closest first."""

    def status(self) -> Status:
        """How the index is; raises nothing."""
