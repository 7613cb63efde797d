"""Running queries on an open Whoosh searcher, within a time."""

from __future__ import annotations

import heapq
import time
from collections import Counter
from collections.abc import Iterable, Sequence

from whoosh import query as whoosh
from whoosh.searching import Searcher

from app.search.engines.whoosh.query import alike, every_word, has_words, some_words, unwanted
from app.search.language import Query
from app.search.port import FEW, Hit, Hits
from app.search.words import exact_forms, stems

MOST_SOME_WORDS = 100
SIMILAR_WORDS = 8
SIMILAR_TEXT = 4_000


def find(searcher: Searcher, query: Query, limit: int, deadline: float) -> Hits:
    """Threads with every word; where they are few, those with some of the words behind them."""
    found, is_partial = _matches(searcher, every_word(query), deadline, unwanted(query))
    best = _best(found, limit)
    if len(found) >= FEW or not has_words(query):
        return Hits(found=best, is_capped=len(found) > limit, is_partial=is_partial)
    others, is_partial = _matches(searcher, some_words(query), deadline, unwanted(query))
    ids = {hit.id for hit in best}
    more = [hit._replace(is_complete=False) for hit in _best(others, MOST_SOME_WORDS) if hit.id not in ids]
    return Hits(found=(*best, *more)[:limit], is_partial=is_partial)


def similar(searcher: Searcher, text: str, tags: Sequence[str], limit: int, deadline: float) -> tuple[Hit, ...]:
    """By the words of `text` that say most: often here, rarely elsewhere."""
    found, _ = _matches(searcher, alike(_telling(searcher, text[:SIMILAR_TEXT]), tags), deadline)
    return _best(found, limit)


def _telling(searcher: Searcher, text: str) -> list[tuple[str, str]]:
    """Fields and tokens of `text` that also stand in other threads, the most telling ones."""
    tokens = [("text", word) for word in stems(text)] + [("exact", form) for form in exact_forms(text)]
    counts = Counter(token for token in tokens if searcher.doc_frequency(*token))
    return heapq.nlargest(SIMILAR_WORDS, counts, key=lambda token: counts[token] * searcher.idf(*token))


def _matches(
    searcher: Searcher, wanted: whoosh.Query, deadline: float, unwanted: whoosh.Query = whoosh.NullQuery
) -> tuple[list[tuple[float, int]], bool]:
    """Score and id of every match that was looked at in time, and whether time ran out."""
    found: list[tuple[float, int]] = []
    # An index without a document has a reader that can do nothing.
    for leaf, _ in searcher.leaf_searchers() if searcher.doc_count() else ():
        numbers = leaf.reader().column_reader("number")
        left_out = set(unwanted.matcher(leaf, leaf.boolean_context()).all_ids())
        matcher = wanted.matcher(leaf, searcher.context())
        while matcher.is_active():
            if time.monotonic() >= deadline:
                return found, True
            if (document := matcher.id()) not in left_out:
                found.append((matcher.score(), numbers[document]))
            matcher.next()
    return found, False


def _best(found: Iterable[tuple[float, int]], limit: int) -> tuple[Hit, ...]:
    """By score; of equals the newer, which has the greater id."""
    return tuple(Hit(number, score) for score, number in heapq.nlargest(limit, found))
