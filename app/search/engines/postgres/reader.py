"""What the search of all engines asks of PostgreSQL: see app.search.engines.searching.Reader.

PostgreSQL gives the rows of an index scan in the order in which they were written, oldest first, and to rank a row is
what takes time: it has to be read. So at most MANY are ranked, taken in portions, the likely ones first: with all words
in the title, with one of them there, then the newest.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, takewhile
from typing import Any

import psycopg
from psycopg import sql

from app.search.engines.clauses import Wanted
from app.search.engines.layout import Contents
from app.search.engines.postgres.conditions import (
    Condition,
    any_in_title,
    at_least,
    having,
    in_title,
    two_in_title,
    word_query,
)
from app.search.engines.postgres.tables import Build
from app.search.engines.postgres.vector import lexeme
from app.search.engines.rarity import idf
from app.search.engines.searching import Proposed
from app.search.port import Order

MANY = 500
"""Threads that are ranked: each takes 10 to 20 microseconds, most of them to fetch its words."""

MOST_LOOKED_AT = 20_000
"""Threads that have the words of a phrase and are looked at, whether they stand side by side."""

LOOKED_AT_ONCE = 500
MOST_LOOSE = 6
"""Words, the rarest ones, of which threads with some of them must have some; all words count in their ranking."""

MOST_ENTRIES = 60_000
"""Of the index that are gone through for threads with two or three of several words."""

MOST_OF_ONE = 5_000
"""Threads with a single one of the words that are gone through, but for those with the rarest word."""

SECONDS_TO_RANK = 0.05
"""What was found in time is also ranked; this long at least."""

TO_READ_KEYS = (100, 1_000)
"""Milliseconds, at least and at most, that reading a few hundred rows by their keys may take whatever the deadline."""

LETTER_WEIGHTS = "{0.3,0.6,0.7,1.0}"
"""What a word counts in comments, in texts, in tags and the accepted answer, and in the title."""

SETTINGS = """
    SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true),
        set_config('max_parallel_workers_per_gather', '0', true), set_config('statement_timeout', %s, true)
"""
"""To read every row costs far more than the planner believes, since it does not count what is stored outside of it."""

ANY = sql.SQL("SELECT id FROM {threads} WHERE {condition} LIMIT %s")
# Without MATERIALIZED, PostgreSQL may walk all threads from the newest on and look at the words of each.
NEWEST = sql.SQL(
    "WITH found AS MATERIALIZED (SELECT id, asked FROM {threads} WHERE {condition}) "
    "SELECT id FROM found ORDER BY asked DESC, id DESC LIMIT %s"
)
NEWEST_OF_DAYS = sql.SQL("SELECT id FROM {threads} WHERE {condition} ORDER BY asked DESC, id DESC LIMIT %s")
MEETING = sql.SQL("SELECT id FROM {threads} WHERE id = ANY(%s::bigint[]) AND words @@ %s::tsquery")
# The empty tsvector makes one copy of what is stored outside of the row; each ts_rank would fetch it again.
RANKED = sql.SQL(
    "SELECT id, {score} AS score FROM (SELECT id, words || ''::tsvector AS words FROM {threads} "
    "WHERE id = ANY(%s::bigint[]) OFFSET 0) AS found ORDER BY score DESC, id DESC LIMIT %s"
)
SCORE = sql.SQL("%s::float8 * ts_rank({weights}::float4[], words, %s::tsquery, 1)").format(
    weights=sql.Literal(LETTER_WEIGHTS)
)
CONTENTS = sql.SQL("SELECT id, kept FROM {threads} WHERE id = ANY(%s::bigint[])")
FREQUENCIES = sql.SQL("SELECT word, threads FROM {lexemes} WHERE word = ANY(%s::text[])")

Ids = Sequence[int]


class TimeUpError(Exception):
    """There was no time to look at everything."""


class PostgresReader:
    """Reads one build, in the open transaction of `connection`, which nobody else uses meanwhile."""

    def __init__(self, connection: psycopg.Connection[Any], build: Build) -> None:
        self._connection = connection
        self._build = build
        self._counts: dict[str, int] = {}
        self._allowed = 0
        self._begin()

    def every(self, wanted: Wanted, order: Order, limit: int, deadline: float) -> Proposed:
        condition = having(wanted.clauses, wanted)
        if order is Order.NEWEST:
            portions = self._newest_first(condition, limit, deadline)
            found, is_partial = self._looked_through(portions, condition, limit + 1, deadline)
            newest = [(number, 1.0) for number in found[:limit]]
            return Proposed(found=newest, is_capped=len(found) > limit, is_partial=is_partial)
        weights: dict[str, float] = {}
        for way in (way for clause in wanted.clauses for way in clause.ways):
            weights.update((token, max(way.weight, weights.get(token, 0.0))) for token in way.tokens)
        titles = [in_title(wanted.clauses), any_in_title(weights)]
        return self._best(self._likely(condition, titles, limit, deadline), condition, weights, limit, deadline)

    def some(self, wanted: Wanted, limit: int, deadline: float) -> Proposed:
        counts = self.frequencies(wanted.loose)
        known = sorted((token for token in wanted.loose if counts.get(token)), key=counts.__getitem__)
        condition = having(wanted.firm, wanted)
        portions = self._with_some(condition, known, limit, deadline)
        return self._best(portions, condition, dict.fromkeys(known, 1.0), limit, deadline)

    def contents(self, ids: Collection[int]) -> Mapping[int, Contents]:
        rows = self._by_key(CONTENTS, list(ids))
        return {number: Contents.unpacked(kept) for number, kept in rows}

    def frequencies(self, tokens: Collection[str]) -> Mapping[str, int]:
        unknown = {token: lexeme(token) for token in tokens if token not in self._counts}
        if unknown:
            counts = dict(self._by_key(FREQUENCIES, list(unknown.values())))
            self._counts.update((token, counts.get(word, 0)) for token, word in unknown.items())
        return {token: self._counts[token] for token in tokens}

    def collected(self) -> tuple[int, float]:
        return self._build.threads, self._build.length / max(self._build.threads, 1)

    def _best(
        self, portions: Iterator[Ids], condition: Condition, weights: Mapping[str, float], limit: int, deadline: float
    ) -> Proposed:
        """The best of the first MANY that are found."""
        most = limit + 1 if condition.exact else max(MANY, limit) + 1
        found, is_partial = self._looked_through(portions, condition, most, deadline)
        deadline = max(deadline, time.monotonic() + SECONDS_TO_RANK)
        try:
            ranked = self._ranked(found, weights, limit, deadline) if found else []
        except TimeUpError:
            ranked, is_partial = [(number, 1.0) for number in found[:limit]], True
        return Proposed(found=ranked, is_capped=len(found) > limit, is_partial=is_partial)

    def _likely(self, condition: Condition, titles: Iterable[str], limit: int, deadline: float) -> Iterator[Ids]:
        """What meets a condition as far as the index knows: all when they are few, else the likely ones first."""
        many = max(MANY, limit)
        found = self._ids(ANY, condition, many + 1, deadline)
        if len(found) <= many:
            yield found
            return
        for title in dict.fromkeys(titles):
            yield self._ids(NEWEST, condition.also(title), many + 1, deadline)
        yield from self._newest_first(condition, many, deadline)

    def _with_some(self, condition: Condition, known: Sequence[str], limit: int, deadline: float) -> Iterator[Ids]:
        """Threads with some of the words, which come in order, the rarest first: those with most of them first.

        Titles are short, so two words in one are soon found and say much.
        """
        if len(known) > 1:
            yield self._ids(NEWEST, condition.also(two_in_title(known[:MOST_LOOSE])), max(MANY, limit) + 1, deadline)
        for words in _fewer_and_fewer(known, self.frequencies(known)):
            yield from self._likely(condition.also(words), [any_in_title(known)], limit, deadline)

    def _newest_first(self, condition: Condition, limit: int, deadline: float) -> Iterator[Ids]:
        statement = NEWEST if condition.words else NEWEST_OF_DAYS
        yield self._ids(statement, condition, MOST_LOOKED_AT if condition.exact else limit + 1, deadline)

    def _looked_through(
        self, portions: Iterator[Ids], condition: Condition, most: int, deadline: float
    ) -> tuple[Ids, bool]:
        """The first `most` of the threads that meet the condition exactly, and whether time ran out before."""
        found: dict[int, None] = {}
        looked_at: set[int] = set()
        try:
            for portion in portions:
                fresh = [number for number in portion if number not in looked_at]
                looked_at.update(fresh)
                for ids in self._meeting(fresh, condition.exact, deadline):
                    found.update(dict.fromkeys(ids))
                    if len(found) >= most:
                        return list(found)[:most], False
        except TimeUpError:
            return list(found), True
        return list(found), bool(condition.exact) and len(looked_at) >= MOST_LOOKED_AT

    def _meeting(self, ids: Ids, exact: str, deadline: float) -> Iterator[Ids]:
        """Those of the threads that meet a tsquery themselves, in the same order, portion by portion."""
        if not exact:
            yield ids
            return
        for start in range(0, len(ids), LOOKED_AT_ONCE):
            some = ids[start : start + LOOKED_AT_ONCE]
            meeting = {number for (number,) in self._in_time(MEETING, [list(some), exact], deadline)}
            yield [number for number in some if number in meeting]

    def _ids(self, statement: sql.SQL, condition: Condition, limit: int, deadline: float) -> Ids:
        parts = [
            (sql.SQL("words @@ %s::tsquery"), condition.words or None),
            (sql.SQL("asked >= %s"), condition.since),
            (sql.SQL("asked <= %s"), condition.until),
        ]
        met = [(part, value) for part, value in parts if value is not None]
        where = sql.SQL(" AND ").join(part for part, _ in met) if met else sql.SQL("true")
        values = [*(value for _, value in met), limit]
        return [number for (number,) in self._in_time(statement, values, deadline, condition=where)]

    def _ranked(self, ids: Ids, weights: Mapping[str, float], limit: int, deadline: float) -> list[tuple[int, float]]:
        """Ids with rough scores: of each word its idf times what ts_rank makes of where it stands."""
        counts = self.frequencies(weights)
        score = sql.SQL(" + ").join([SCORE] * len(weights))
        shares = (
            (idf(self._build.threads, counts[token]) * weight, word_query(token)) for token, weight in weights.items()
        )
        values = [*(value for share in shares for value in share), list(ids), limit]
        return list(self._in_time(RANKED, values, deadline, score=score))

    def _in_time(
        self, statement: sql.SQL, values: Sequence[object], deadline: float, **parts: sql.Composable
    ) -> list[Any]:
        """The rows of a statement. Raises TimeUpError at the deadline; the transaction has begun again then."""
        left = math.floor((deadline - time.monotonic()) * 1_000)
        if left < 1:
            raise TimeUpError
        try:
            self._allow(left - left // 4, left)
            return self._ask(statement, values, **parts)
        except psycopg.errors.QueryCanceled:
            self._connection.rollback()
            self._begin()
            raise TimeUpError

    def _by_key(self, statement: sql.SQL, keys: Sequence[object]) -> list[Any]:
        self._allow(*TO_READ_KEYS)
        return self._ask(statement, [keys])

    def _ask(self, statement: sql.SQL, values: Sequence[object], **parts: sql.Composable) -> list[Any]:
        query = statement.format(threads=self._build.threads_table, lexemes=self._build.lexemes_table, **parts)
        # A plan that is kept would not know how rare the words are.
        return self._connection.execute(query, values, prepare=False).fetchall()

    def _begin(self) -> None:
        self._allowed = TO_READ_KEYS[-1]
        self._connection.execute(SETTINGS, [str(self._allowed)])

    def _allow(self, least: int, most: int) -> None:
        """Let a statement take so many milliseconds. Saying so is a way to the server, so it is not said each time."""
        if not least <= self._allowed <= most:
            self._allowed = most
            self._connection.execute("SELECT set_config('statement_timeout', %s, true)", [str(most)])


def _fewer_and_fewer(known: Sequence[str], counts: Mapping[str, int]) -> Iterator[str]:
    """Three of the rarest words at least, two, then one."""
    several = _within(known[:MOST_LOOSE], counts, MOST_ENTRIES)
    for count in (3, 2):
        if len(several) >= count:
            yield at_least(count, several)
    if known:
        yield at_least(1, _within(known, counts, MOST_OF_ONE) or known[:1])


def _within(known: Sequence[str], counts: Mapping[str, int], most: int) -> Sequence[str]:
    """The first of the words that have no more than `most` entries together."""
    together = accumulate(counts[token] for token in known)
    return known[: sum(1 for _ in takewhile(lambda entries: entries <= most, together))]
