"""The search index in SQLite files of its own, kept by FTS5: see app.search.engines.builds for its folder.

Readers never wait for the writer, nor it for them. Each reads one state of the index over a connection that no other
thread uses meanwhile.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar

import structlog

from app.search.engines import searching
from app.search.engines.builds import BROKEN, Builds, made_at
from app.search.engines.fts5 import store
from app.search.engines.fts5.reader import FtsReader
from app.search.engines.fts5.rows import Row
from app.search.language import Query
from app.search.port import (
    MOST_HITS,
    TIME_BUDGET,
    Change,
    Hit,
    Hits,
    IndexBusy,
    IndexUnavailable,
    Order,
    Removal,
    Status,
    Thread,
)

LAYOUT = "f1"
"""Goes up when the tables, the rows or app.search.words change what an index holds; older builds are not read."""

KEPT_OPEN = 4
"""Connections that wait for the next search; each may keep some megabytes of the index in memory."""

PASSING_WORDS = ("database is locked", "database or disk is full")

log = structlog.get_logger(__name__)
Answer = TypeVar("Answer")


class Source(NamedTuple):
    """A build, and which file it was when it was opened: another one may have been put in its place."""

    build: str
    device: int
    inode: int


class Fts5Index:
    """The engine for large sites on one machine: see app.search.port.SearchIndex."""

    def __init__(self, folder: Path) -> None:
        store.check_fts5()
        self._builds = Builds(folder, LAYOUT)
        self._guard = threading.Lock()
        self._idle: list[tuple[Source, sqlite3.Connection]] = []

    def apply(self, changes: Sequence[Change]) -> None:
        last = {change.id: change for change in changes}
        rows = {id_: None if isinstance(change, Removal) else Row.of(change) for id_, change in last.items()}
        with self._builds.writing():
            try:
                store.apply(self._builds.path(self._builds.current()), rows)
            except IndexUnavailable:
                raise
            except Exception as error:  # Damage shows up as any exception at all.
                if any(words in str(error) for words in PASSING_WORDS):
                    raise IndexBusy from error
                raise IndexUnavailable(BROKEN.format(error=type(error).__name__)) from error

    def rebuild(self, threads: Iterable[Thread]) -> None:
        with self._builds.made() as build:
            store.fill(self._builds.path(build), threads)

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
        return self._read(lambda reader: searching.search(reader, query, order, limit, seconds))

    def similar(
        self, text: str, tags: Sequence[str] = (), *, exclude: int | None = None, limit: int = 5
    ) -> tuple[Hit, ...]:
        return self._read(
            lambda reader: searching.similar(reader, text, tags, exclude=exclude, limit=limit, seconds=TIME_BUDGET)
        )

    def status(self) -> Status:
        try:
            build = self._builds.current()
            documents, _ = self._read(lambda reader: reader.collected())
        except IndexUnavailable as unavailable:
            return Status(engine="fts5", problem=str(unavailable))
        return Status(
            engine="fts5",
            build=build,
            documents=documents,
            size=self._builds.size(build),
            built_at=made_at(build),
        )

    def _read(self, ask: Callable[[FtsReader], Answer]) -> Answer:
        """Ask the index as it is. Damage shows up as any exception at all, so all of them are caught."""
        try:
            with self._connection() as connection:
                return ask(FtsReader(connection))
        except IndexUnavailable:
            raise
        except Exception as error:
            log.warning("search index damaged", exc_info=True)
            raise IndexUnavailable(BROKEN.format(error=type(error).__name__)) from error

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """A connection that reads one state of the index. It is kept for the next search where all went well."""
        source = self._source()
        connection = self._idle_connection(source) or store.connected(self._builds.path(source.build))
        try:
            connection.execute("begin")
            yield connection
            connection.rollback()
        except BaseException:
            connection.close()
            raise
        self._keep(source, connection)

    def _source(self) -> Source:
        build = self._builds.current()
        found = (self._builds.path(build) / store.FILE).stat()
        return Source(build, found.st_dev, found.st_ino)

    def _idle_connection(self, source: Source) -> sqlite3.Connection | None:
        """One that waits, if there is any; those to another build or file are closed."""
        with self._guard:
            old = [connection for each, connection in self._idle if each != source]
            self._idle = [each for each in self._idle if each[0] == source]
            found = self._idle.pop()[1] if self._idle else None
        for connection in old:
            connection.close()
        return found

    def _keep(self, source: Source, connection: sqlite3.Connection) -> None:
        with self._guard:
            has_room = len(self._idle) < KEPT_OPEN
            if has_room:
                self._idle.append((source, connection))
        if not has_room:
            connection.close()
