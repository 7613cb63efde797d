"""The builds of the index: tables in a schema of their own, and one row that says which of them are read.

    search.current              one row: the build that is read, how many threads it has and how long they are together
    search.threads_<build>      a row a thread: words as a tsvector, and its tokens in short form
    search.lexemes_<build>      in how many threads each word stands

They are no part of the site's own schema, and of no migration: what is in them can be made again from the database.
"""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, LiteralString, TypeVar

import psycopg
from psycopg import sql

from app.kernel import clock
from app.search.engines.builds import MADE_AT, made_at
from app.search.engines.postgres.vector import Row, row
from app.search.port import Thread

LAYOUT = "v1"
"""Goes up when the tables, the vectors or app.search.words change what an index holds; older builds are not read."""

SCHEMA = "search"
COPIED_AT_ONCE = 1_000
BUILD_MEMORY = "256MB"

_NAME = re.compile(r"[0-9A-Za-z-]{1,50}")

CREATE = (
    """
    CREATE TABLE {threads} (
        id bigint PRIMARY KEY,
        asked int NOT NULL,
        length float8 NOT NULL,
        words tsvector NOT NULL,
        kept bytea NOT NULL
    )
    """,
    # What is long stands outside of the row, as it is: rows stay few pages, and nothing is unpacked to be ranked.
    "ALTER TABLE {threads} ALTER words SET STORAGE EXTERNAL, ALTER kept SET STORAGE EXTERNAL",
    'CREATE TABLE {lexemes} (word text COLLATE "C" PRIMARY KEY, threads int NOT NULL)',
)
INDEX = (
    # Without a list of changes that every search has to read as well.
    "CREATE INDEX ON {threads} USING gin (words) WITH (fastupdate = off)",
    "CREATE INDEX ON {threads} (asked, id)",
    "ANALYZE {threads}",
    "ANALYZE {lexemes}",
)
CURRENT = sql.SQL("SELECT build, threads, length FROM search.current")
CREATE_CURRENT = (
    "DROP TABLE IF EXISTS search.current",
    """
    CREATE TABLE search.current (
        is_only bool PRIMARY KEY DEFAULT true CHECK (is_only),
        build text NOT NULL,
        threads bigint NOT NULL,
        length float8 NOT NULL
    )
    """,
)
SWAP = """
    INSERT INTO search.current (build, threads, length) VALUES (%s, %s, %s)
    ON CONFLICT (is_only) DO UPDATE SET build = excluded.build, threads = excluded.threads, length = excluded.length
"""
SIZE = "SELECT sum(pg_total_relation_size(name::regclass)) FROM unnest(%s::text[]) AS name"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'search' AND tablename LIKE %s"

Connection = psycopg.Connection[Any]
Item = TypeVar("Item")


@dataclass(frozen=True)
class Build:
    """One build: its name, how many threads it has and how long they are together, each weighed."""

    name: str
    threads: int = 0
    length: float = 0.0

    @classmethod
    def fresh(cls) -> Build:
        """A name for another one."""
        return cls(f"{LAYOUT}-{clock.now():{MADE_AT}}-{secrets.token_hex(3)}")

    @property
    def is_readable(self) -> bool:
        """False for what another release has made."""
        return self.name.startswith(f"{LAYOUT}-") and bool(_NAME.fullmatch(self.name))

    @property
    def built_at(self) -> datetime:
        return made_at(self.name)

    @property
    def threads_table(self) -> sql.Identifier:
        return sql.Identifier(SCHEMA, f"threads_{self.name}")

    @property
    def lexemes_table(self) -> sql.Identifier:
        return sql.Identifier(SCHEMA, f"lexemes_{self.name}")

    def statement(self, text: LiteralString) -> sql.Composed:
        """SQL about the tables of this build."""
        return sql.SQL(text).format(threads=self.threads_table, lexemes=self.lexemes_table)


def current(connection: Connection) -> Build | None:
    """The build that is read; None where there is none yet. Raises UndefinedTable where there is no schema."""
    found = connection.execute(CURRENT).fetchone()
    return Build(*found) if found else None


def size(connection: Connection, build: Build) -> int:
    """Bytes of the tables and their indexes. Raises psycopg.Error where they are not as they were made."""
    connection.execute(build.statement("SELECT id, asked, length, words, kept FROM {threads} LIMIT 0"))
    connection.execute(build.statement("SELECT word, threads FROM {lexemes} LIMIT 0"))
    names = [table.as_string(connection) for table in (build.threads_table, build.lexemes_table)]
    row = connection.execute(SIZE, [names])
    return int(row.fetchone()[0])  # type: ignore[index]  # A sum is one row.


def make_schema(connection: Connection) -> None:
    """Raises psycopg's InsufficientPrivilege where the user of the database may not."""
    # CREATE SCHEMA IF NOT EXISTS asks for the right to create one even where it exists.
    if connection.execute("SELECT to_regnamespace('search')").fetchone() == (None,):
        connection.execute("CREATE SCHEMA search")


def fill(connection: Connection, build: Build, threads: Iterable[Thread]) -> Build:
    """Make the tables of a build. Each portion is copied in a moment, however long it takes to read the threads."""
    connection.execute(sql.SQL("SET maintenance_work_mem = {}").format(sql.Literal(BUILD_MEMORY)))
    for text in CREATE:
        connection.execute(build.statement(text))
    counts: Counter[str] = Counter()
    number, length = 0, 0.0
    for portion in _portions(map(row, threads), COPIED_AT_ONCE):
        _copy(connection, build, portion)
        for each in portion:
            counts.update(each.words)
            length += each.length
        number += len(portion)
    _copy_counts(connection, build, counts)
    for text in INDEX:
        connection.execute(build.statement(text))
    return Build(build.name, number, length)


def swap(connection: Connection, build: Build) -> None:
    """Let `build` be the one that is read. Where the table that says so is missing or broken, it is made anew."""
    values = [build.name, build.threads, build.length]
    try:
        with connection.transaction():
            connection.execute(SWAP, values)
    except psycopg.errors.ProgrammingError:
        for text in CREATE_CURRENT:
            connection.execute(text)
        connection.execute(SWAP, values)


def drop_others(connection: Connection, kept: Build | None) -> None:
    """Remove the tables of all other builds: what was read, and what a rebuild has left that died."""
    mine = {f"{kind}_{kept.name}" for kind in ("threads", "lexemes")} if kept else set()
    for pattern in (r"threads\_%", r"lexemes\_%"):
        names = [name for (name,) in connection.execute(TABLES, [pattern]) if name not in mine]
        for name in names:
            connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(SCHEMA, name)))


def _copy(connection: Connection, build: Build, portion: list[Row]) -> None:
    text = "COPY {threads} (id, asked, length, words, kept) FROM STDIN"
    with connection.cursor().copy(build.statement(text)) as copy:
        for each in portion:
            copy.write_row(each.values)


def _copy_counts(connection: Connection, build: Build, counts: Counter[str]) -> None:
    with connection.cursor().copy(build.statement("COPY {lexemes} (word, threads) FROM STDIN")) as copy:
        for each in counts.items():
            copy.write_row(each)


def _portions(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    rest = iter(items)
    while portion := list(islice(rest, size)):
        yield portion
