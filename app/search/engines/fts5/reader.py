"""What the search of all engines asks of FTS5: see app.search.engines.searching.Reader.

FTS5 scores every thread that matches before it gives the first, and gives none when time runs out. So only where few
match are they scored; where many do, those with the words in the title come first and then the newest, each read no
further than need be. Rows are in the order in which threads were asked, so "the newest" costs nothing.
"""

from __future__ import annotations

import heapq
import json
import math
import sqlite3
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from app.search.engines.clauses import Wanted
from app.search.engines.fts5.expressions import Bounds, all_of, clause_match, quoted, title_match
from app.search.engines.fts5.rows import clean, id_of, in_title
from app.search.engines.layout import Contents
from app.search.engines.rarity import idf
from app.search.engines.searching import RANKED_SHORT, Proposed
from app.search.port import Order

FEW_ENOUGH = 500
"""Matches that are all scored; it takes some microseconds each."""

POSTINGS = 20_000
"""Threads that are read of all words together where some of the words will do, rare words first."""

TITLE_LIFT = 1.0
"""What a word in the title adds where some of the words will do, beside the 1 of its being there."""

STEPS_A_LOOK = 1_000
"""Steps of SQLite between two looks at the clock."""

# Rows come as one JSON array each: that takes half the time, and the interpreter lock is not given up for every row.
_NEWEST = (
    "select json_group_array(rowid) from (select rowid from words where words match ? and rowid between ? and ? "
    "order by rowid desc limit ?)"
)
_RANKED = (
    "select json_group_array(rowid) from (select rowid from words where words match ? and rowid between ? and ? "
    "order by rank limit ?)"
)
_ANY = "select json_group_array(row) from (select row from thread where row between ? and ? order by row desc limit ?)"
_ANY_WITHOUT = (
    "select json_group_array(row) from (select row from thread where row between ? and ? "
    "and row not in (select rowid from words where words match ?) order by row desc limit ?)"
)
_KEPT = "select id, kept from thread where id in (select value from json_each(?))"
_HAVING = "select token, threads from token where token in (select value from json_each(?))"


class TimeUpError(Exception):
    """There was no time to look at everything."""


class FtsReader:
    """Reads one state of the index, over a connection that nobody else uses meanwhile."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._deadline = math.inf

    def every(self, wanted: Wanted, order: Order, limit: int, deadline: float) -> Proposed:
        bounds = Bounds.of(wanted)
        match = bounds.match(*map(clause_match, wanted.clauses))
        rows: dict[int, None] = {}
        is_partial = False
        try:
            with self._until(deadline):
                if order is Order.NEWEST or not wanted.clauses:
                    self._newest(rows, bounds, match, limit + 1)
                else:
                    self._best(rows, wanted, bounds, match, limit + 1)
        except TimeUpError:
            is_partial = True
        return _proposed(list(rows), limit, is_partial=is_partial)

    def some(self, wanted: Wanted, limit: int, deadline: float) -> Proposed:
        bounds = Bounds.of(wanted)
        firm = all_of(map(clause_match, wanted.firm))
        scores: dict[int, float] = {}
        is_partial = False
        try:
            with self._until(deadline):
                self._add_up(scores, wanted.loose, bounds, firm)
        except TimeUpError:
            is_partial = True
        best = heapq.nlargest(limit + 1, zip(scores.values(), scores, strict=True))
        return _proposed([row for _, row in best], limit, is_partial=is_partial)

    def contents(self, ids: Collection[int]) -> Mapping[int, Contents]:
        found = self._rows(_KEPT, json.dumps(list(ids)))
        return {number: Contents.unpacked(kept) for number, kept in found}

    def frequencies(self, tokens: Collection[str]) -> Mapping[str, int]:
        cleaned = {clean(token): token for token in tokens}
        return {cleaned[token]: threads for token, threads in self._rows(_HAVING, json.dumps(list(cleaned)))}

    def collected(self) -> tuple[int, float]:
        threads, length = self._rows("select threads, length from total")[0]
        return threads, length / threads if threads else 0.0

    def _best(self, rows: dict[int, None], wanted: Wanted, bounds: Bounds, match: str, most: int) -> None:
        """Scored where they are few; else those with the most words in the title, then the newest."""
        span = bounds.first, bounds.last
        newest = dict.fromkeys(self._rows_of(_NEWEST, match, *span, max(most, FEW_ENOUGH + 1)))
        best: list[int] = []
        try:
            if len(newest) <= RANKED_SHORT:  # The ranking of all engines will look at every one.
                return
            if len(newest) <= FEW_ENOUGH:
                best = self._rows_of(_RANKED, match, *span, most)
            else:
                best = self._in_title(wanted, bounds, match)
        finally:
            rows.update(dict.fromkeys(best))
            rows.update(newest)

    def _in_title(self, wanted: Wanted, bounds: Bounds, match: str) -> list[int]:
        """Rows with some of the words in the title, most words first, then the newest."""
        span = bounds.first, bounds.last
        titles = [title_match(clause) for clause in wanted.clauses]
        every = self._rows_of(_NEWEST, bounds.match(match, all_of(titles)), *span, FEW_ENOUGH)
        if len(every) >= RANKED_SHORT or len(titles) == 1:
            return every
        counts = Counter(every)
        for title in titles:
            counts.update(self._rows_of(_NEWEST, bounds.match(match, title), *span, FEW_ENOUGH))
        return sorted(counts, key=lambda row: (counts[row], row), reverse=True)

    def _newest(self, rows: dict[int, None], bounds: Bounds, match: str, most: int) -> None:
        span = bounds.first, bounds.last
        if match:
            found = self._rows_of(_NEWEST, match, *span, most)
        elif bounds.outside:
            found = self._rows_of(_ANY_WITHOUT, *span, bounds.outside, most)
        else:
            found = self._rows_of(_ANY, *span, most)
        rows.update(dict.fromkeys(found))

    def _add_up(self, scores: dict[int, float], tokens: Collection[str], bounds: Bounds, firm: str) -> None:
        """Add what each token says of each thread: all that have it in the title, then as many as there is room for."""
        counts = self.frequencies(tokens)
        threads, _ = self.collected()
        rare_first = sorted(counts, key=counts.__getitem__)
        weights = {token: idf(threads, n) for token, n in counts.items()}
        room = POSTINGS
        for token in rare_first:
            rows = self._rows_of(_NEWEST, bounds.match(quoted(clean(token)), firm), bounds.first, bounds.last, room)
            _add(scores, rows, weights[token])
            room -= len(rows)
            if not room:
                break
        for token in rare_first:
            match = bounds.match(quoted(in_title(token)), firm)
            rows = self._rows_of(_NEWEST, match, bounds.first, bounds.last, FEW_ENOUGH)
            _add(scores, rows, weights[token] * TITLE_LIFT)

    @contextmanager
    def _until(self, deadline: float) -> Iterator[None]:
        """What is read inside ends with TimeUpError at the deadline."""
        self._deadline = deadline
        self._connection.set_progress_handler(lambda: time.monotonic() >= deadline, STEPS_A_LOOK)
        try:
            yield
        finally:
            self._deadline = math.inf
            self._connection.set_progress_handler(None, 0)

    def _rows_of(self, statement: str, *values: object) -> list[int]:
        found: list[int] = json.loads(self._rows(statement, *values)[0][0])
        return found

    def _rows(self, statement: str, *values: object) -> list[Any]:
        """Raises TimeUpError when the time is over before all is read."""
        if time.monotonic() >= self._deadline:
            raise TimeUpError
        try:
            return self._connection.execute(statement, values).fetchall()
        except Exception:
            if time.monotonic() >= self._deadline:
                raise TimeUpError from None
            raise


def _proposed(rows: Sequence[int], limit: int, *, is_partial: bool) -> Proposed:
    """The threads of these rows, with scores by their places."""
    found = [(id_of(row), 1 - place / (limit + 1)) for place, row in enumerate(rows[:limit])]
    return Proposed(found=found, is_capped=len(rows) > limit, is_partial=is_partial)


def _add(scores: dict[int, float], rows: Sequence[int], weight: float) -> None:
    for row in rows:
        scores[row] = scores.get(row, 0.0) + weight
