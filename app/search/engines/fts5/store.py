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
from app.search.engines.fts5.rows import FACT, Row, first_row
from app.search.port import Thread

NewRow = tuple[int, Row]
"""The day a thread was asked, and what the index keeps of it."""

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
create table thread(row integer primary key, id integer not null unique, length real not null);
create table kept(row integer primary key, packed blob not null, whole blob, facts text not null);
create table token(token text primary key, threads integer not null) without rowid;
create table total(threads integer not null, length real not null);
create virtual table temp.vocabulary using fts5vocab(main, words, row);
insert into total values(0, 0.0);
"""
_ADD = "insert into words(rowid, title, body, comments, others, facts) values(?, ?, ?, ?, ?, ?)"
_TAKE_OUT = "insert into words(words, rowid, title, body, comments, others, facts) values('delete', ?, ?, ?, ?, ?, ?)"
_SET = "insert into words(words, rank) values(?, ?)"
_COUNT = "insert into token values(?, ?) on conflict(token) do update set threads = threads + excluded.threads"


def check_fts5() -> None:
    """Raises RuntimeError with one sentence where SQLite was built without FTS5."""
    module = sqlite_module()
    try:
        module.connect(":memory:").execute("create virtual table temp.words using fts5(word)")
    except module.OperationalError:
        raise RuntimeError(NO_FTS5.format(version=module.sqlite_version)) from None


def connected(build: Path, *, mode: str = "rw") -> sqlite3.Connection:
    """A connection for any thread, used by one at a time. `mode` is "rw", or "rwc" to make the file."""
    connection: sqlite3.Connection = sqlite_module().connect(
        f"file:{quote(str(build / FILE))}?mode={mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
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
        connection.execute("insert into token select term, doc from vocabulary where term < ?", (FACT,))
        connection.execute("update total set (threads, length) = (select count(*), total(length) from thread)")
        connection.executemany(_SET, [("secure-delete", 1), ("hashsize", APPLY_MEMORY)])
        connection.execute("commit")
        connection.execute("pragma locking_mode=normal")
        connection.execute("pragma journal_mode=wal")
    finally:
        connection.close()


def apply(build: Path, rows: Mapping[int, NewRow | None]) -> None:
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
    next_rows: dict[int, int] = {}
    numbered = ((_next_row(next_rows, thread.asked_on), thread.id, Row.of(thread)) for thread in threads)
    while portion := sorted(islice(numbered, SORTED_AT_ONCE), key=lambda each: each[0]):
        connection.executemany(_ADD, ((number, *row.columns) for number, _, row in portion))
        connection.executemany("insert into thread values(?, ?, ?)", ((n, key, row.length) for n, key, row in portion))
        connection.executemany(
            "insert into kept values(?, ?, ?, ?)", ((n, row.kept, row.whole, row.facts) for n, _, row in portion)
        )


def _next_row(next_rows: dict[int, int], day: int) -> int:
    number = next_rows.get(day, first_row(day))
    next_rows[day] = number + 1
    return number


class _Change:
    """One transaction that changes threads."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._having: Counter[str] = Counter()
        self._threads = 0
        self._length = 0.0

    def make(self, rows: Mapping[int, NewRow | None]) -> bool:
        """True where something was taken out."""
        steps: list[tuple[int, str, Row]] = []
        for number, new in rows.items():
            steps += self._steps(number, new)
        # In order of rows, and taken out before added, FTS5 writes all of it as one segment.
        for row_number, statement, row in sorted(steps, key=lambda step: (step[0], step[1] is _ADD)):
            self._connection.execute(statement, (row_number, *row.columns))
        self._count()
        return any(statement is _TAKE_OUT for _, statement, _ in steps)

    def _steps(self, number: int, new: NewRow | None) -> Iterator[tuple[int, str, Row]]:
        old = self._old(number)
        if old:
            yield old[0], _TAKE_OUT, old[1]
            self._forget(*old)
        if new:
            day, row = new
            row_number = self._row_for(day, old[0] if old else None)
            self._note(row_number, number, row)
            yield row_number, _ADD, row

    def _count(self) -> None:
        changed = sorted((token, n) for token, n in self._having.items() if n)
        self._connection.executemany(_COUNT, changed)
        fewer = ((token,) for token, n in changed if n < 0)
        self._connection.executemany("delete from token where token = ? and threads <= 0", fewer)
        self._connection.execute(
            "update total set threads = threads + ?, length = length + ?", (self._threads, self._length)
        )

    def _old(self, number: int) -> tuple[int, Row] | None:
        found = self._connection.execute(
            "select row, packed, whole, facts, length from thread join kept using(row) where id = ?", (number,)
        ).fetchone()
        return (found[0], Row.kept_as(*found[1:])) if found else None

    def _row_for(self, day: int, old: int | None) -> int:
        """The row that the thread had where the day is still the same, or the next one of its day."""
        first, behind = first_row(day), first_row(day + 1)
        if old is not None and first <= old < behind:
            return old
        query = "select max(row) from thread where row >= ? and row < ?"
        last = self._connection.execute(query, (first, behind)).fetchone()[0]
        return first if last is None else last + 1

    def _forget(self, row_number: int, row: Row) -> None:
        self._connection.execute("delete from thread where row = ?", (row_number,))
        self._connection.execute("delete from kept where row = ?", (row_number,))
        self._having.subtract(row.tokens)
        self._threads -= 1
        self._length -= row.length

    def _note(self, row_number: int, number: int, row: Row) -> None:
        self._connection.execute("insert into thread values(?, ?, ?)", (row_number, number, row.length))
        self._connection.execute("insert into kept values(?, ?, ?, ?)", (row_number, row.kept, row.whole, row.facts))
        self._having.update(row.tokens)
        self._threads += 1
        self._length += row.length


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
