"""One build of the index: a SQLite database with an FTS5 table that keeps no texts, and what ranking has to know."""

from __future__ import annotations

import sqlite3
import string
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from urllib.parse import quote

from app.kernel.db import sqlite_module
from app.search.engines.fts5.rows import FACT, Row, id_of
from app.search.engines.layout import BREAK
from app.search.port import Thread

FILE = "index.sqlite"
ROUGH_SCORE = "bm25(4.0, 1.0, 0.5, 1.0, 0.0)"
"""What one word counts in each column; the ranking of all engines has finer weights."""

SORTED_AT_ONCE = 5_000
"""Threads that are put in order before they are added: FTS5 begins a new segment where a row is not behind the last."""

BUILD_MEMORY = 64 * 2**20
APPLY_MEMORY = 16 * 2**20
WRITER_CACHE = "cache_size=-131072"
READER_CACHE = "cache_size=-16000"
MERGED_PAGES = 100
"""Pages of the index that are merged after a commit at most: FTS5's own merges took up to 750 ms at once."""

LOCK_WAIT_SECONDS = 2.0
WRITE_BACK_WAIT_MS = 100
NO_FTS5 = (
    "SEARCH_URL=fts5: needs a SQLite with FTS5, which SQLite {version} of this Python has not; install the pysqlite3 "
    "wheel, or use SEARCH_URL=whoosh:."
)

# Every sign is part of a token, so FTS5 breaks texts at spaces alone.
_SIGNS = string.punctuation.replace("'", "''").replace('"', '""')
_WORDS = (
    "create virtual table words using fts5"
    f"(title, body, comments, others, facts, content='', tokenize=\"ascii tokenchars '{_SIGNS}'\")"
)
_TABLES = """
create table thread(
  row integer primary key, id integer not null unique, length real not null, kept blob not null, whole blob, facts text
);
create table token(token text primary key, threads integer not null) without rowid;
create table total(threads integer not null, length real not null);
create virtual table temp.vocabulary using fts5vocab(main, words, row);
insert into total values(0, 0.0);
"""
_ADD = "insert into words(rowid, title, body, comments, others, facts) values(?, ?, ?, ?, ?, ?)"
_TAKE_OUT = "insert into words(words, rowid, title, body, comments, others, facts) values('delete', ?, ?, ?, ?, ?, ?)"
_SET = "insert into words(words, rank) values(?, ?)"
_KEEP = "insert into thread values(?, ?, ?, ?, ?, ?)"
_COUNT = "insert into token values(?, ?) on conflict(token) do update set threads = threads + excluded.threads"


def check_fts5() -> None:
    """Raises RuntimeError with one sentence where SQLite was built without FTS5."""
    module = sqlite_module()
    try:
        module.connect(":memory:").execute("create virtual table temp.words using fts5(word)")
    except module.OperationalError:
        raise RuntimeError(NO_FTS5.format(version=module.sqlite_version)) from None


def connected(build: Path, *, mode: str = "rw") -> sqlite3.Connection:
    """A connection to the database of a build. `mode` is "rw", or "rwc" to make the file."""
    connection: sqlite3.Connection = sqlite_module().connect(
        f"file:{quote(str(build / FILE))}?mode={mode}",
        uri=True,
        isolation_level=None,
        timeout=LOCK_WAIT_SECONDS,
    )
    # Never mapped: a mapped file that is cut short kills the process.
    for pragma in ("mmap_size=0", READER_CACHE, "trusted_schema=OFF", "synchronous=FULL"):
        connection.execute(f"pragma {pragma}")
    return connection


def fill(build: Path, threads: Iterable[Thread]) -> None:
    """Make the database of a new build. It is whole when this returns, but perhaps not on the disk."""
    connection = connected(build, mode="rwc")
    try:
        for pragma in ("journal_mode=off", "synchronous=off", "locking_mode=exclusive", WRITER_CACHE):
            connection.execute(f"pragma {pragma}")
        connection.execute(_WORDS)
        connection.executescript(_TABLES)
        connection.executemany(_SET, [("rank", ROUGH_SCORE), ("automerge", 0), ("hashsize", BUILD_MEMORY)])
        connection.execute("begin")
        _add_all(connection, threads)
        connection.execute("insert into words(words) values('optimize')")
        counted = "insert into token select term, doc from vocabulary where term < ? and term <> ?"
        connection.execute(counted, (FACT, BREAK))
        connection.execute("update total set (threads, length) = (select count(*), total(length) from thread)")
        connection.executemany(_SET, [("secure-delete", 1), ("hashsize", APPLY_MEMORY)])
        connection.execute("commit")
        connection.execute("pragma locking_mode=normal")
        connection.execute("pragma journal_mode=wal")
    finally:
        connection.close()


def apply(build: Path, rows: Mapping[int, Row | None]) -> None:
    """Make the index agree with `rows`, by thread, where None is a thread that is gone; on the disk when it returns."""
    connection = connected(build)
    try:
        connection.execute("pragma secure_delete=on")
        connection.execute(f"pragma {WRITER_CACHE}")
        with _transaction(connection):
            has_taken_out = _Change(connection).make(rows)
            connection.execute(_SET, ("merge", MERGED_PAGES))
        if has_taken_out:
            _write_back(connection)
    finally:
        connection.close()


def _add_all(connection: sqlite3.Connection, threads: Iterable[Thread]) -> None:
    """Add all threads, in portions that are in order."""
    rows = (Row.of(thread) for thread in threads)
    while portion := sorted(islice(rows, SORTED_AT_ONCE), key=lambda row: row.number):
        connection.executemany(_ADD, ((row.number, *row.columns) for row in portion))
        connection.executemany(_KEEP, map(_kept, portion))


def _kept(row: Row) -> tuple[int | float | bytes | str | None, ...]:
    return row.number, id_of(row.number), row.length, row.kept, row.whole, row.facts


class _Change:
    """One transaction that changes threads."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._having: Counter[str] = Counter()
        self._threads = 0
        self._length = 0.0

    def make(self, rows: Mapping[int, Row | None]) -> bool:
        """True where something was taken out."""
        old = [row for number in rows if (row := self._kept(number))]
        new = [row for row in rows.values() if row]
        for row in old:
            self._connection.execute("delete from thread where row = ?", (row.number,))
            self._note(row, -1)
        for row in new:
            self._connection.execute(_KEEP, _kept(row))
            self._note(row, 1)
        # In order of rows, and taken out before added, FTS5 writes all of it as one segment.
        steps = [*((row, _TAKE_OUT) for row in old), *((row, _ADD) for row in new)]
        for row, statement in sorted(steps, key=lambda step: step[0].number):
            self._connection.execute(statement, (row.number, *row.columns))
        self._count()
        return bool(old)

    def _kept(self, number: int) -> Row | None:
        query = "select row, length, kept, whole, facts from thread where id = ?"
        found = self._connection.execute(query, (number,)).fetchone()
        return Row.kept_as(*found) if found else None

    def _note(self, row: Row, change: int) -> None:
        self._threads += change
        self._length += change * row.length
        for token in row.tokens:
            self._having[token] += change

    def _count(self) -> None:
        changed = sorted((token, n) for token, n in self._having.items() if n)
        self._connection.executemany(_COUNT, changed)
        fewer = ((token,) for token, n in changed if n < 0)
        self._connection.executemany("delete from token where token = ? and threads <= 0", fewer)
        self._connection.execute(
            "update total set threads = threads + ?, length = length + ?", (self._threads, self._length)
        )


def _write_back(connection: sqlite3.Connection) -> None:
    """Let what was taken out leave the files: until then it stands in the database, behind the log of changes.

    Where somebody reads an older state for longer than a moment, it leaves with the next change.
    """
    connection.execute(f"pragma busy_timeout={WRITE_BACK_WAIT_MS}")
    connection.execute("pragma wal_checkpoint(truncate)").fetchone()


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("begin immediate")
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.execute("commit")
