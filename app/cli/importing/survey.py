"""The first pass: read and check every file of a dump before anything is written.

What is needed goes into a scratch database on disk, so memory does not grow with the dump, and a dump that turns out
to be damaged in its last line has changed nothing.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from app.cli.importing import records
from app.cli.importing.dump import Dump
from app.cli.importing.records import Record, Unusable
from app.cli.importing.report import Report
from app.cli.importing.rows import Attributes, Progress, rows_of

ROWS_AT_ONCE = 200

TABLES = """
CREATE TABLE posts (id INTEGER PRIMARY KEY, type, parent, accepted, at, score, owner, owner_name, title, tags, licence,
    body);
CREATE TABLE users (id INTEGER PRIMARY KEY, name, at);
CREATE TABLE comments (id INTEGER PRIMARY KEY, post, at, owner, owner_name, licence, body);
CREATE TABLE versions (id INTEGER PRIMARY KEY, post, type, at, owner, owner_name, edit, body, reason);
CREATE TABLE votes (id INTEGER PRIMARY KEY, post, type, at);
CREATE TABLE links (id INTEGER PRIMARY KEY, post, related, type);
CREATE TABLE known (kind TEXT, source_id TEXT, local_id INTEGER, PRIMARY KEY (kind, source_id)) WITHOUT ROWID;
"""

# Threads are written one after the other: a question, then its answers in the order of their ids.
AFTERWARDS = """
CREATE TABLE tallies (post INTEGER PRIMARY KEY, helpful, unhelpful, accepted_at);
INSERT INTO tallies SELECT post, SUM(type = 2), SUM(type = 3), MAX(CASE type WHEN 1 THEN at END)
    FROM votes GROUP BY post;
CREATE INDEX versions_of_a_post ON versions (post, at, id);
CREATE INDEX links_between_posts ON links (post, related, type);
CREATE TABLE threads (place INTEGER PRIMARY KEY, thread, post);
INSERT INTO threads (thread, post)
    SELECT CASE type WHEN 1 THEN id ELSE parent END, id FROM posts ORDER BY 1, type, id;
"""


@dataclass(frozen=True, kw_only=True)
class _File:
    """How one file of a dump is read; `take` is None where only its form is checked."""

    name: str
    root: str
    kind: str
    table: str = ""
    take: Callable[[Attributes], Record] | None = None


FILES = (
    _File(name="posts.xml", root="posts", kind="posts", table="posts", take=records.post),
    _File(name="users.xml", root="users", kind="users", table="users", take=records.user),
    _File(name="comments.xml", root="comments", kind="comments", table="comments", take=records.comment),
    _File(name="posthistory.xml", root="posthistory", kind="history", table="versions", take=records.version),
    _File(name="votes.xml", root="votes", kind="votes", table="votes", take=records.vote),
    _File(name="postlinks.xml", root="postlinks", kind="links", table="links", take=records.link),
    _File(name="tags.xml", root="tags", kind="tags"),
    _File(name="badges.xml", root="badges", kind="badges"),
)


def survey(dump: Dump, report: Report, *, progress: Progress = int) -> sqlite3.Connection:
    """Read every file of `dump` into a scratch database in its workspace, and return it.

    What cannot be taken is counted in `report`. Raises DumpRefused when a file is damaged or hostile.
    """
    scratch = _new_scratch(dump.workspace / "scratch.sqlite")
    for file in FILES:
        if file.name in dump.files:
            _read(dump.files[file.name], file, scratch, report, progress)
        else:
            report.missing_files.append(file.name)
    scratch.executescript(AFTERWARDS)
    return scratch


def identity(scratch: sqlite3.Connection) -> str:
    """A key for the site that the dump is of: the same for its folder, its archive, and its later editions.

    A dump does not name its site, but no two sites have a first post of the same moment.
    """
    first = scratch.execute("SELECT id, at FROM posts ORDER BY id LIMIT 1").fetchone() or ("empty", "")
    return f"stackexchange-{hashlib.sha256(f'{first[0]} {first[1]}'.encode()).hexdigest()[:16]}"


def _new_scratch(path: Path) -> sqlite3.Connection:
    scratch = sqlite3.connect(path, isolation_level=None)
    # Nothing here outlives the import, so nothing is spent on making it safe.
    # Large tables are sorted on disk: here, for the usual place may be a disk in memory.
    os.environ["SQLITE_TMPDIR"] = str(path.parent)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-16000", "temp_store=FILE"):
        scratch.execute(f"PRAGMA {pragma}")
    scratch.executescript(TABLES)
    return scratch


def _read(path: Path, file: _File, scratch: sqlite3.Connection, report: Report, progress: Progress) -> None:
    def count_mended() -> None:
        report.skip(file.kind, "characters that XML forbids")

    rows = rows_of(path, file.root, progress=progress, on_mended=count_mended)
    if file.take is None:
        for _ in rows:
            pass
        return
    found = _records(rows, file, report)
    columns = len(scratch.execute(f"SELECT * FROM {file.table} LIMIT 0").description)  # noqa: S608
    insert = f"INSERT OR IGNORE INTO {file.table} VALUES ({', '.join('?' * columns)})"  # noqa: S608
    scratch.execute("BEGIN")
    while batch := list(islice(found, ROWS_AT_ONCE)):
        inserted = scratch.executemany(insert, batch).rowcount
        report.skip(file.kind, "an id that the file holds twice", len(batch) - inserted)
    scratch.execute("COMMIT")


def _records(rows: Iterator[Attributes], file: _File, report: Report) -> Iterator[Record]:
    assert file.take is not None
    for row in rows:
        try:
            yield file.take(row)
        except Unusable as reason:
            report.skip(file.kind, str(reason), example=row.get("Id"))
