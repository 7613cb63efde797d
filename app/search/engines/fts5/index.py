"""The search index in SQLite files of its own, kept by FTS5: see app.search.engines.builds for its folder.

Readers never wait for the writer, nor it for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import structlog

from app.search.engines.builds import BROKEN, Builds, made_at
from app.search.engines.fts5 import store
from app.search.engines.fts5.reader import FtsReader
from app.search.engines.fts5.rows import Row
from app.search.engines.searching import Searching
from app.search.port import (
    Change,
    IndexBusy,
    IndexUnavailable,
    Removal,
    Status,
    Thread,
)

LAYOUT = "f1"
"""Goes up when the tables, the rows or app.search.words change what an index holds; older builds are not read."""

PASSING_WORDS = ("database is locked", "database or disk is full")

log = structlog.get_logger(__name__)
Answer = TypeVar("Answer")


class Fts5Index(Searching):
    """The engine for large sites on one machine: see app.search.port.SearchIndex."""

    def __init__(self, folder: Path) -> None:
        store.check_fts5()
        self._builds = Builds(folder, LAYOUT)

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
        build = self._builds.current()
        try:
            return self._asked(build, ask)
        except Exception as error:
            if self._builds.current() != build:  # Another one took its place meanwhile.
                return self._read(ask)
            log.warning("search index damaged", exc_info=True)
            raise IndexUnavailable(BROKEN.format(error=type(error).__name__)) from error

    def _asked(self, build: str, ask: Callable[[FtsReader], Answer]) -> Answer:
        """The answer of one state of the index, over a connection that is opened for it.

        To keep it open would save a millisecond; but SQLite maps a small file that its processes share, and a process
        in which that is cut short ends at once.
        """
        connection = store.connected(self._builds.path(build))
        try:
            connection.execute("begin")
            return ask(FtsReader(connection))
        finally:
            connection.close()
