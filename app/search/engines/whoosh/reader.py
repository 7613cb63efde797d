"""What the search of all engines asks of Whoosh: see app.search.engines.searching.Reader."""

from __future__ import annotations

import heapq
import math
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from app.search.engines.clauses import Wanted
from app.search.engines.layout import Contents
from app.search.engines.searching import Proposed
from app.search.engines.whoosh.looks import Look, Rarity, TimeUpError
from app.search.engines.whoosh.segments import Segment
from app.search.port import Order

Place = tuple[float, int, int, int]
"""What a document is ordered by, the id of its thread, the number of its look, and the document."""


class WhooshReader:
    """Reads all segments as one index."""

    def __init__(self, segments: Collection[Segment]) -> None:
        self._segments = [segment for segment in segments if segment.size]
        self._threads = sum(segment.size - len(segment.deleted) for segment in self._segments)
        self._rarity = Rarity(self._segments, self._threads)

    def every(self, wanted: Wanted, order: Order, limit: int, deadline: float) -> Proposed:
        looks, is_partial = self._looks(lambda look: look.every(wanted), deadline)
        return _proposed(looks, order, limit, deadline, is_partial)

    def some(self, wanted: Wanted, limit: int, deadline: float) -> Proposed:
        looks, is_partial = self._looks(lambda look: look.some(wanted), deadline)
        return _proposed(looks, Order.RELEVANCE, limit, deadline, is_partial)

    def contents(self, ids: Collection[int]) -> Mapping[int, Contents]:
        return {number: Contents.unpacked(kept) for number in ids if (kept := self._kept(number))}

    def frequencies(self, tokens: Collection[str]) -> Mapping[str, int]:
        return {token: self._rarity.count("words", token) for token in tokens}

    def collected(self) -> tuple[int, float]:
        """The average is of the deleted threads as well: that makes no difference and costs nothing."""
        size = sum(segment.size for segment in self._segments)
        return self._threads, sum(segment.total_length for segment in self._segments) / size if size else 0.0

    def _kept(self, number: int) -> bytes | None:
        for segment in self._segments:
            document = segment.document(number)
            if document is not None:
                return segment.kept(document)
        return None

    def _looks(self, ask: Callable[[Look], None], deadline: float) -> tuple[list[Look], bool]:
        """A look into each segment; the last ones are left out when time runs out."""
        looks: list[Look] = []
        for segment in self._segments:
            look = Look(segment, self._rarity, deadline)
            try:
                ask(look)
            except TimeUpError:
                return looks, True
            looks.append(look)
        return looks, any(look.is_partial for look in looks)


def _proposed(looks: Sequence[Look], order: Order, limit: int, deadline: float, is_partial: bool) -> Proposed:
    """The best of what was found. Where phrases are in doubt, texts are looked at until there are enough."""
    found = sum(len(look.scores) for look in looks)
    if not any(look.has_doubts for look in looks):
        best = heapq.nlargest(limit, _places(looks, order, limit))
        return Proposed(found=_scored(looks, best), is_capped=found > limit, is_partial=is_partial)
    best = []
    for place in sorted(_places(looks, order, found), reverse=True):
        if time.monotonic() >= deadline:
            is_partial = True
            break
        if looks[place[2]].holds(place[3]):
            best.append(place)
        if len(best) > limit:
            break
    return Proposed(found=_scored(looks, best[:limit]), is_capped=len(best) > limit, is_partial=is_partial)


def _places(looks: Sequence[Look], order: Order, limit: int) -> Iterator[Place]:
    """What is found, to be ordered: by score or by day, then by id."""
    for which, look in enumerate(looks):
        numbers, asked = look.segment.numbers, look.segment.asked
        if order is Order.NEWEST:
            yield from ((asked[each], numbers[each], which, each) for each in look.scores)
        else:
            least = _least(look.scores.values(), limit)
            yield from ((score, numbers[each], which, each) for each, score in look.scores.items() if score >= least)


def _least(scores: Collection[float], limit: int) -> float:
    """The lowest score that can be among the best; to leave out the others costs less than to order them."""
    return heapq.nlargest(limit, scores)[-1] if limit and len(scores) > limit else -math.inf


def _scored(looks: Sequence[Look], places: Sequence[Place]) -> list[tuple[int, float]]:
    return [(number, looks[which].scores[document]) for _, number, which, document in places]
