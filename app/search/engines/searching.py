"""How every engine searches: it proposes threads cheaply, then one ranking for all engines puts the first in order."""

from __future__ import annotations

import heapq
import math
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from app.search.engines.clauses import LONG, Clause, Wanted, Way, wanted
from app.search.engines.layout import PARTS, Contents
from app.search.engines.ranker import Collected, Ranker
from app.search.language import Query
from app.search.port import FEW, MOST_HITS, TIME_BUDGET, Hit, Hits, Order
from app.search.words import tokens

Answer = TypeVar("Answer")

RANKED_SHORT = 30
"""Threads that are put in order for a search of a few words: somewhat more than a page."""

RANKED_LONG = 200
RANKED_A_WORD = 40
"""Threads that are put in order for the description of a problem, which shares a word with many; and for each word."""

TELLING = 12
LONGEST_LIKENESS = 4_000
SIMILAR_RANKED = 60
TAGS_LIFT = 0.3
"""What all tags in common add to the likeness of two threads."""


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """What an engine found: ids with rough scores, best first.

    `is_capped`: there are more. `is_partial`: time ran out.
    """

    found: Sequence[tuple[int, float]] = ()
    is_capped: bool = False
    is_partial: bool = False


class Reader(Protocol):
    """One look into an index. `deadline` is a moment of time.monotonic(); what was found by then is the answer."""

    def every(self, wanted: Wanted, order: Order, limit: int, deadline: float) -> Proposed:
        """Threads that are complete, by rough score or the newest first."""

    def some(self, wanted: Wanted, limit: int, deadline: float) -> Proposed:
        """Threads with at least one of the loose words, the most and rarest first; the firm clauses, facts, days and
        what is unwanted hold as well."""

    def contents(self, ids: Collection[int]) -> Mapping[int, Contents]:
        """The tokens of these threads."""

    def frequencies(self, tokens: Collection[str]) -> Mapping[str, int]:
        """In how many threads each token stands; one that stands nowhere may be left out."""

    def collected(self) -> tuple[int, float]:
        """How many threads there are, and their average weighed length."""


def search(reader: Reader, query: Query, order: Order, limit: int, seconds: float) -> Hits:
    """The answer of an engine to a query."""
    asked = wanted(query)
    deadline = time.monotonic() + seconds
    every = reader.every(asked, order if asked.clauses else Order.NEWEST, limit, deadline)
    complete = [Hit(number, score) for number, score in every.found]
    hits = Hits(found=tuple(complete), is_capped=every.is_capped, is_partial=every.is_partial)
    if not asked.clauses:
        return hits
    if asked.loose and (len(complete) < FEW or (asked.is_long and order is Order.RELEVANCE)):
        hits = _with_some(reader, asked, hits, limit, deadline)
    return hits if order is Order.NEWEST else _ranked(reader, asked, hits)


def similar(
    reader: Reader, text: str, tags: Sequence[str] = (), *, exclude: int | None, limit: int, seconds: float
) -> tuple[Hit, ...]:
    """Threads that share the most telling words of a text: often here, rarely elsewhere."""
    collected = _collected(reader)
    found = tokens(text[:LONGEST_LIKENESS])
    counts = Counter([*found.stems, *found.others])
    having = collected.frequencies(list(counts))
    known = [token for token in counts if having.get(token)]
    telling = heapq.nlargest(
        TELLING, known, key=lambda token: (counts[token] * math.log(1 + collected.threads / having[token]), token)
    )
    clauses = tuple(Clause((Way((token,)),)) for token in telling)
    asked = Wanted(clauses=clauses, ranked=clauses, loose=tuple(telling), is_long=len(clauses) >= LONG)
    if not telling:
        return ()
    proposed = reader.some(asked, SIMILAR_RANKED, time.monotonic() + seconds)
    contents = reader.contents([number for number, _ in proposed.found if number != exclude])
    ranked = Ranker(asked, collected).ranked(contents)
    stems = {stem for tag in tags for stem in tokens(tag).stems}
    hits = [Hit(number, score * _tagged_alike(stems, contents[number])) for score, number in ranked]
    return tuple(sorted(hits, key=lambda hit: (-hit.score, -hit.id))[:limit])


def _with_some(reader: Reader, asked: Wanted, hits: Hits, limit: int, deadline: float) -> Hits:
    """The hits, and behind them threads with some of the words."""
    some = reader.some(asked, RANKED_LONG, deadline)
    known = set(hits.ids)
    others = [Hit(number, score, is_complete=False) for number, score in some.found if number not in known]
    found = (*hits.found, *others)[:limit]
    return replace(hits, found=found, is_partial=hits.is_partial or some.is_partial)


def _ranked(reader: Reader, asked: Wanted, hits: Hits) -> Hits:
    """The same hits, the first of them put in order; what stays behind them keeps its rough order."""
    head = _head(hits, _most_ranked(asked))
    complete = {hit.id: hit.is_complete for hit in head}
    contents = reader.contents(list(complete))
    ranked = Ranker(asked, _collected(reader)).ranked(contents)
    least = ranked[-1][0] if ranked else 1.0
    rest = _behind([hit for hit in hits.found if hit.id not in contents], least)
    if asked.is_long:
        rest = [hit for hit in rest if hit.is_complete]
    found = [*(Hit(number, score, complete[number]) for score, number in ranked), *rest]
    if not asked.is_long:
        found.sort(key=lambda hit: not hit.is_complete)
    return replace(hits, found=tuple(found), is_mixed=asked.is_long)


def _most_ranked(asked: Wanted) -> int:
    return min(RANKED_LONG, RANKED_A_WORD * len(asked.clauses)) if asked.is_long else RANKED_SHORT


def _head(hits: Hits, most: int) -> list[Hit]:
    """Those to be put in order: the first of the complete ones, and of the others as many again."""
    complete = [hit for hit in hits.found if hit.is_complete][:most]
    return [*complete, *[hit for hit in hits.found if not hit.is_complete][:most]]


def _behind(hits: Sequence[Hit], least: float) -> list[Hit]:
    """Hits that were not put in order, with scores below `least` in their rough order."""
    return [hit._replace(score=least * (1 - (place + 1) / (len(hits) + 1))) for place, hit in enumerate(hits)]


def _collected(reader: Reader) -> Collected:
    threads, length = reader.collected()
    return Collected(threads, length, reader.frequencies)


def _tagged_alike(stems: set[str], contents: Contents) -> float:
    """What tags in common make of a score."""
    tags = contents.parts[PARTS.index("tags")]
    return 1 + TAGS_LIFT * len(stems.intersection(tags)) / len(stems) if stems else 1.0


class Searching(ABC):
    """What every engine answers in the same way, as app.search.port.SearchIndex says it."""

    def query(
        self,
        query: Query,
        *,
        order: Order = Order.RELEVANCE,
        limit: int = MOST_HITS,
        seconds: float = TIME_BUDGET,
    ) -> Hits:
        if not query.wanted:
            return Hits()
        return self._read(lambda reader: search(reader, query, order, limit, seconds))

    def similar(
        self, text: str, tags: Sequence[str] = (), *, exclude: int | None = None, limit: int = 5
    ) -> tuple[Hit, ...]:
        return self._read(lambda reader: similar(reader, text, tags, exclude=exclude, limit=limit, seconds=TIME_BUDGET))

    @abstractmethod
    def _read(self, ask: Callable[[Any], Answer]) -> Answer:
        """Ask a Reader of the index as it is now. Raises IndexUnavailable."""
