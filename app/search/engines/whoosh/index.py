"""The search index in a folder of its own, kept by Whoosh; app.search.engines.builds says how the folder is laid out.

A process reads the index for one query at a time: Whoosh's readers share file positions, and the interpreter lock
leaves nothing to win by more.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import structlog
from whoosh.index import FileIndex
from whoosh.reading import TermNotFound
from whoosh.writing import SegmentWriter

from app.search.engines.builds import BROKEN, Builds, made_at
from app.search.engines.searching import Searching
from app.search.engines.whoosh.files import Files
from app.search.engines.whoosh.impacts import codec, document, encoded, schema
from app.search.engines.whoosh.reader import WhooshReader
from app.search.engines.whoosh.segments import Segment, opened
from app.search.port import (
    Change,
    IndexUnavailable,
    Removal,
    Status,
    Thread,
)

LAYOUT = "v3"
"""Goes up when the schema, the impacts or app.search.words change what an index holds; older builds are not read."""

REFRESH_SECONDS = 1.0
TURN_SECONDS = 2.0
APPLY_MEMORY_MB = 64
BUILD_MEMORY_MB = 256
LARGEST_SITE = 17_000
"""Threads that are served well; from here on the slowest searches and a rebuild take longer than need be."""

CROWDED = "Too many searches are waiting for their turn."
OUTGROWN = (
    "{:,} threads are more than the {:,} that Whoosh serves well: set SEARCH_URL=fts5:<folder> and run `flask search "
    "rebuild`, or move the site to PostgreSQL, which has a search engine of its own."
)

log = structlog.get_logger(__name__)
Answer = TypeVar("Answer")


class WhooshIndex(Searching):
    """The embedded engine: see app.search.port.SearchIndex."""

    def __init__(self, folder: Path) -> None:
        self._builds = Builds(folder, LAYOUT)
        self._turn = threading.Lock()
        self._segments: dict[str, Segment] | None = None
        self._build = ""
        self._looked_at = -REFRESH_SECONDS

    def apply(self, changes: Sequence[Change]) -> None:
        with self._builds.writing():
            build = self._builds.current()
            # Whoosh does not take back what the same commit has added, so only the last change of a thread goes in.
            last = {change.id: change for change in changes}
            documents = [document(change) for change in last.values() if not isinstance(change, Removal)]
            with _damage_reported():
                _apply(Files(self._builds.path(build)).open_index(schema=schema()), last, documents)
            self._builds.flush(build)
        self._look_again()

    def rebuild(self, threads: Iterable[Thread]) -> None:
        with self._builds.made() as build:
            index = Files(self._builds.path(build)).create_index(schema())
            with _commit(index, memory=BUILD_MEMORY_MB) as writer:
                for thread in threads:
                    writer.add_document(**document(thread))
        self._look_again()

    def status(self) -> Status:
        try:
            documents, _ = self._read(lambda reader: reader.collected())
        except IndexUnavailable as unavailable:
            return Status(engine="whoosh", problem=str(unavailable))
        build = self._build
        return Status(
            engine="whoosh",
            build=build,
            documents=documents,
            size=self._builds.size(build),
            built_at=made_at(build),
            advice=OUTGROWN.format(documents, LARGEST_SITE) if documents > LARGEST_SITE else "",
        )

    def _read(self, ask: Callable[[WhooshReader], Answer]) -> Answer:
        """Ask the index as it is. Damage shows up as any exception at all, at any place, so all of them are caught."""
        if not self._turn.acquire(timeout=TURN_SECONDS):
            raise IndexUnavailable(CROWDED)
        try:
            return ask(WhooshReader(self._fresh_segments().values()))
        except IndexUnavailable:
            raise
        except Exception as error:
            log.warning("search index damaged", exc_info=True)
            self._forget()
            raise IndexUnavailable(BROKEN.format(error=type(error).__name__)) from error
        finally:
            self._turn.release()

    def _fresh_segments(self) -> dict[str, Segment]:
        """The segments, at most REFRESH_SECONDS behind the index."""
        if self._segments is None or time.monotonic() - self._looked_at >= REFRESH_SECONDS:
            self._segments = self._refreshed()
            self._looked_at = time.monotonic()
        return self._segments

    def _refreshed(self) -> dict[str, Segment]:
        build = self._builds.current()
        if build != self._build:
            self._forget()
        known = self._segments or {}
        segments = opened(Files(self._builds.path(build)), known)
        for name in known.keys() - segments.keys():
            known[name].close()
        self._build = build
        return segments

    def _forget(self) -> None:
        for segment in (self._segments or {}).values():
            with suppress(Exception):  # What is damaged may not even close.
                segment.close()
        self._segments = None

    def _look_again(self) -> None:
        self._looked_at = -REFRESH_SECONDS


@contextmanager
def _damage_reported() -> Iterator[None]:
    """Damage shows up as any exception at all, at any place. A full disk is none: a new index would not help."""
    try:
        yield
    except Exception as error:
        if isinstance(error, IndexUnavailable) or (
            isinstance(error, OSError) and not isinstance(error, FileNotFoundError)
        ):
            raise
        raise IndexUnavailable(BROKEN.format(error=type(error).__name__)) from error


def _apply(index: FileIndex, numbers: Iterable[int], documents: Iterable[Mapping[str, Any]]) -> None:
    """Delete what these threads were, then add what they are: Whoosh's own update opens the index for each again."""
    with _commit(index, memory=APPLY_MEMORY_MB) as writer:
        reader = writer.reader()
        for number in numbers:
            with suppress(TermNotFound):
                writer.delete_document(reader.first_id("id", encoded(str(number))))
        reader.close()
        for each in documents:
            writer.add_document(**each)


@contextmanager
def _commit(index: FileIndex, *, memory: int) -> Iterator[SegmentWriter]:
    """One commit, written but perhaps not on the disk yet: Whoosh itself never waits for the disk."""
    writer = index.writer(limitmb=memory, codec=codec())
    try:
        yield writer
    except BaseException:
        writer.cancel()
        raise
    writer.commit()
