"""The search index in a folder of its own, kept by Whoosh.

    <folder>/current            the name of the build that is read
    <folder>/builds/<name>/     one build; a rebuild makes another and then changes `current`

Whoosh's readers share file positions and hold the interpreter lock anyway, so a process has one
searcher and one query at a time.
"""

from __future__ import annotations

import os
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import structlog
from whoosh import columns, fields
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile, StructFile
from whoosh.index import FileIndex
from whoosh.query import Or, Term
from whoosh.searching import Searcher

from app.kernel import clock
from app.search.engines.whoosh.find import find, similar
from app.search.engines.whoosh.query import Ranking
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
    Status,
    Thread,
)
from app.search.words import exact_forms, stems

LAYOUT = "v2"
"""Goes up when the schema or app.search.words changes what an index holds; older builds are not read."""

BUILT_AT = "%Y%m%dT%H%M%S"
REFRESH_SECONDS = 1.0
TURN_SECONDS = 2.0
APPLY_MEMORY_MB = 64
BUILD_MEMORY_MB = 256
LARGEST_IN_MEMORY = 64 * 2**20

BREAK = "¶"
"""Stands between the parts of a thread, so that no phrase runs from one into the next; no word is written so."""

NOT_BUILT = "There is no search index yet; `flask search rebuild` makes one."
OTHER_LAYOUT = "The search index was made by another release; `flask search rebuild` makes a new one."
BROKEN = "The search index cannot be read ({error}); `flask search rebuild` makes a new one."
CROWDED = "Too many searches are waiting for their turn."

log = structlog.get_logger(__name__)
Answer = TypeVar("Answer")


def _schema() -> fields.Schema:
    """Nothing is stored: an id gives the texts in the database. Values are lists of tokens from app.search.words."""
    return fields.Schema(
        id=fields.ID(unique=True),
        number=fields.COLUMN(columns.NumericColumn("q")),
        text=fields.TEXT(),
        title=fields.TEXT(phrase=False),
        exact=fields.KEYWORD(scorable=True),
        tag=fields.KEYWORD(),
        fact=fields.KEYWORD(),
    )


class _Files(FileStorage):
    """Segments are read into memory rather than mapped: a mapped file that is cut short kills the process.

    It costs what mapping costs, since Whoosh copies what it maps. Large ones are read from the disk as they are needed,
    which takes about twice the time a query.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder), supports_mmap=False)

    def open_file(self, name: str, **options: Any) -> StructFile:
        path = Path(self.folder) / name
        if path.suffix == ".seg" and path.stat().st_size <= LARGEST_IN_MEMORY:
            return BufferFile(path.read_bytes(), name=name)
        return super().open_file(name, **options)


class WhooshIndex:
    """The embedded engine: see app.search.port.SearchIndex."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._turn = threading.Lock()
        self._searcher: Searcher | None = None
        self._build = ""
        self._looked_at = -REFRESH_SECONDS

    def apply(self, changes: Sequence[Change]) -> None:
        with self._writing():
            index = self._open(self._current_build())
            # Whoosh does not take back what the same commit has added, so only the last change of a thread goes in.
            last = {change.id: change for change in changes}
            _write(index, last.values(), memory=APPLY_MEMORY_MB)
            self._look_again()

    def rebuild(self, threads: Iterable[Thread]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._writing():
            name = f"{LAYOUT}-{clock.now():{BUILT_AT}}-{secrets.token_hex(3)}"
            path = self._path(name)
            path.mkdir(parents=True)
            index = _Files(path).create_index(_schema())
            _write(index, threads, memory=BUILD_MEMORY_MB, are_new=True)
            self._swap(name)
        self._look_again()

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
        deadline = time.monotonic() + seconds
        return self._read(lambda searcher: find(searcher, query, limit, deadline))

    def similar(
        self, text: str, tags: Sequence[str] = (), *, exclude: int | None = None, limit: int = 5
    ) -> tuple[Hit, ...]:
        deadline = time.monotonic() + TIME_BUDGET
        found = self._read(lambda searcher: similar(searcher, text, tags, limit + 1, deadline))
        return tuple(hit for hit in found if hit.id != exclude)[:limit]

    def status(self) -> Status:
        try:
            documents = self._read(lambda searcher: searcher.doc_count())
        except IndexUnavailable as unavailable:
            return Status(engine="whoosh", problem=str(unavailable))
        build = self._build
        built_at = datetime.strptime(build.split("-")[1], BUILT_AT).replace(tzinfo=UTC)
        return Status(
            engine="whoosh", build=build, documents=documents, size=_size(self._path(build)), built_at=built_at
        )

    def _read(self, ask: Callable[[Searcher], Answer]) -> Answer:
        """Ask the newest searcher. Damage shows up as any exception at all, at any place, so all of them are caught."""
        if not self._turn.acquire(timeout=TURN_SECONDS):
            raise IndexUnavailable(CROWDED)
        try:
            return ask(self._fresh_searcher())
        except IndexUnavailable:
            raise
        except Exception as error:
            log.warning("search index damaged", exc_info=True)
            self._forget()
            raise IndexUnavailable(BROKEN.format(error=type(error).__name__)) from error
        finally:
            self._turn.release()

    def _fresh_searcher(self) -> Searcher:
        """The searcher, at most REFRESH_SECONDS behind the index."""
        if self._searcher is None or time.monotonic() - self._looked_at >= REFRESH_SECONDS:
            self._refresh()
        return self._searcher

    def _refresh(self) -> None:
        build = self._current_build()
        if self._searcher is not None and build == self._build:
            self._searcher = self._searcher.refresh()
        else:
            self._forget()
            self._searcher = self._open(build).searcher(weighting=Ranking())
            self._build = build
        self._looked_at = time.monotonic()

    def _forget(self) -> None:
        if self._searcher is not None:
            self._searcher.close()
        self._searcher = None

    def _look_again(self) -> None:
        self._looked_at = -REFRESH_SECONDS

    def _open(self, build: str) -> FileIndex:
        """Raises IndexUnavailable when there is no such build, or it is broken."""
        if not build.startswith(f"{LAYOUT}-"):
            raise IndexUnavailable(OTHER_LAYOUT if build else NOT_BUILT)
        try:
            index = _Files(self._path(build)).open_index(schema=_schema())
            index.reader().close()  # Opening alone does not look at the segments.
            return index
        except Exception as error:  # As in _read: damage can raise anything.
            raise IndexUnavailable(BROKEN.format(error=type(error).__name__)) from error

    def _current_build(self) -> str:
        try:
            return (self._folder / "current").read_text("ascii").strip()
        except (OSError, ValueError):
            return ""

    def _path(self, build: str) -> Path:
        return self._folder / "builds" / build

    def _swap(self, build: str) -> None:
        """Let `build` be the one that is read, then remove the others; open readers keep their files."""
        fresh = self._folder / "current.new"
        fresh.write_text(build, "ascii")
        _sync(fresh)
        fresh.replace(self._folder / "current")
        _sync(self._folder)
        for path in self._path("").iterdir():
            if path.name != build:
                shutil.rmtree(path, ignore_errors=True)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """The turn to write, across processes; the operating system takes it back from one that died."""
        if not self._folder.is_dir():
            raise IndexUnavailable(NOT_BUILT)
        turn = _Files(self._folder).lock("writing")
        if not turn.acquire(blocking=False):
            raise IndexBusy
        try:
            yield
        finally:
            turn.release()


def _write(index: FileIndex, changes: Iterable[Change], *, memory: int, are_new: bool = False) -> None:
    """One commit, on the disk when this returns: Whoosh itself never waits for the disk."""
    writer = index.writer(limitmb=memory)
    try:
        if not are_new:
            changes = list(changes)
            # All at once: Whoosh opens every segment anew for each deletion.
            writer.delete_by_query(Or([Term("id", str(change.id)) for change in changes]))
        for change in changes:
            if isinstance(change, Thread):
                writer.add_document(**_document(change))
    except BaseException:
        writer.cancel()
        raise
    writer.commit()
    folder = Path(index.storage.folder)
    for path in (*folder.iterdir(), folder):
        _sync(path)


def _document(thread: Thread) -> dict[str, Any]:
    parts = [thread.title, *thread.tags, *thread.texts]
    return {
        "id": str(thread.id),
        "number": thread.id,
        "text": [token for part in parts for token in (*stems(part), BREAK)],
        "title": stems(thread.title),
        "exact": [form for part in parts for form in exact_forms(part)],
        "tag": [name.lower() for name in thread.tags],
        "fact": list(thread.facts),
    }


def _size(folder: Path) -> int:
    """Bytes on the disk; a file may go while we count."""
    total = 0
    for path in folder.iterdir():
        with suppress(OSError):
            total += path.stat().st_size
    return total


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
