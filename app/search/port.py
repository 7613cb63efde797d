"""What the community asks of a search engine. Engines hold ids and words; texts and rights stay in the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

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
    """One document: a question with its tags, and the texts of the question, its answers and their comments."""

    id: int
    title: str
    texts: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Removal:
    """A thread that is to be found no longer."""

    id: int


Change = Thread | Removal


@dataclass(frozen=True, kw_only=True)
class Hits:
    """Ids of threads, best first. The first `complete` of them match the whole query, the others some of its words.

    `is_capped`: there are more than these. `is_partial`: time ran out before all were looked at.
    """

    ids: tuple[int, ...] = ()
    complete: int = 0
    is_capped: bool = False
    is_partial: bool = False


@dataclass(frozen=True, kw_only=True)
class Status:
    """How the index is. `build` names the last rebuild; `problem` is a sentence, empty when there is none."""

    build: str = ""
    documents: int = 0
    size: int = 0
    built_at: datetime | None = None
    problem: str = ""

    @property
    def is_available(self) -> bool:
        return not self.problem


class SearchIndex(Protocol):
    """A search engine. Reading raises IndexUnavailable and nothing else; writing also raises IndexBusy."""

    def apply(self, changes: Sequence[Change]) -> None:
        """Make the index agree with `changes`, in one commit that survives a power cut. Safe to repeat."""

    def rebuild(self, threads: Iterable[Thread]) -> None:
        """Build a new index of exactly `threads` aside, then let it take the place of the old one at once."""

    def query(self, query: Query, *, limit: int = MOST_HITS, seconds: float = TIME_BUDGET) -> Hits:
        """Threads that match. Without any word or phrase the newest come first."""

    def similar(
        self, text: str, tags: Sequence[str] = (), *, exclude: int | None = None, limit: int = 5
    ) -> tuple[int, ...]:
        """Ids of the threads that share most with `text` and `tags`, closest first."""

    def status(self) -> Status:
        """How the index is; raises nothing."""
