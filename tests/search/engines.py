"""The engines that the site is tested on, how to spoil what each keeps, and what each of its documents holds."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from app.kernel.db import db
from app.search.engines.builds import Builds
from app.search.engines.fts5.index import LAYOUT, Fts5Index
from app.search.engines.fts5.store import connected
from app.search.engines.postgres.index import PostgresIndex
from app.search.engines.postgres.tables import current
from app.search.engines.whoosh.files import Files
from app.search.engines.whoosh.impacts import schema
from app.search.engines.whoosh.index import WhooshIndex
from app.search.port import SearchIndex
from tests.support.databases import PostgresDatabase, plain_url

Contents = dict[int, dict[Any, Any]]
Damage = Callable[[Path], None]


@dataclass(frozen=True)
class Engine:
    """One engine. `url` is the SEARCH_URL of an index in a folder; `contents` what its documents hold, by thread.

    `damages` are ways to lose what it keeps, by name.
    """

    name: str
    url: Callable[[Path], str]
    contents: Callable[[Path], Contents]
    damages: dict[str, Damage]
    needs: str = ""


def files(folder: Path) -> list[Path]:
    """All files below a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]


def deleted(folder: Path) -> None:
    for path in files(folder):
        path.unlink()


def emptied(folder: Path) -> None:
    for path in files(folder):
        path.write_bytes(b"")


def cut_short(folder: Path) -> None:
    for path in files(folder):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def overwritten(folder: Path) -> None:
    for path in files(folder):
        path.write_bytes(b"garbage" * 500)


FILE_DAMAGES: dict[str, Damage] = {
    "deleted": deleted,
    "emptied": emptied,
    "cut short": cut_short,
    "overwritten": overwritten,
}


def whoosh_contents(folder: Path) -> Contents:
    """Of each thread every token with its places, and every value of a column."""
    index = WhooshIndex(folder / "index")
    reader = Files(index._builds.path(index._builds.current())).open_index(schema=schema()).reader()
    numbers = reader.column_reader("number")
    held: Contents = {numbers[document]: {} for document in reader.all_doc_ids()}
    for field, token in reader.all_terms():
        matcher = reader.postings(field, token)
        while matcher.is_active():
            places = matcher.value_as("positions") if matcher.supports("positions") else matcher.weight()
            held[numbers[matcher.id()]][field, token] = places
            matcher.next()
    for field in reader.schema.names():
        if reader.has_column(field):
            values = reader.column_reader(field)
            for document in reader.all_doc_ids():
                held[numbers[document]][field] = values[document]
    reader.close()
    return held


def fts5_contents(folder: Path) -> Contents:
    """Of each thread every token with its places and what is kept beside; under 0 what is counted of all of them."""
    builds = Builds(folder / "index", LAYOUT)
    connection = connected(builds.path(builds.current()))
    connection.execute("create virtual table temp.places using fts5vocab(main, words, instance)")
    rows = {row[0]: row for row in connection.execute("select row, id, * from thread")}
    held: Contents = {row[1]: {"kept": row[2:]} for row in rows.values()}
    for token, row_number, column, place in connection.execute("select term, doc, col, offset from temp.places"):
        held[rows[row_number][1]].setdefault((column, token), set()).add(place)
    count, length = connection.execute("select threads, length from total").fetchone()
    held[0] = {"total": (count, round(length)), **dict(connection.execute("select token, threads from token"))}
    connection.close()
    return held


NUMBERS = count()
SPARE: list[PostgresDatabase] = []
"""Databases of this process that nobody uses, with nothing in them: making one takes longer than most tests."""

EMPTY_AGAIN = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    DROP SCHEMA IF EXISTS search CASCADE;
"""


def empty_database(request: pytest.FixtureRequest) -> str:
    """The address of a database that has nothing in it and belongs to the test that asked, or its module."""
    if request.config.getoption("--database") == "sqlite":
        pytest.skip("this run is to use SQLite alone")
    cluster = request.getfixturevalue("postgres")
    database = SPARE.pop() if SPARE else PostgresDatabase.create(cluster, f"search_{os.getpid()}_{next(NUMBERS)}")

    def give_back() -> None:
        with psycopg.connect(plain_url(database.url), autocommit=True) as connection:
            connection.execute(EMPTY_AGAIN)
        SPARE.append(database)

    request.addfinalizer(give_back)
    return database.url


def postgres_index(request: pytest.FixtureRequest) -> Callable[[Path], PostgresIndex]:
    """Makes an index in a database of its own for every folder, until the test that asked, or its module, has ended."""

    def at(folder: Path) -> PostgresIndex:
        engine = create_engine(empty_database(request), poolclass=NullPool)
        return PostgresIndex(lambda: engine)

    return at


def postgres_contents(folder: Path) -> Contents:
    """Of each thread every lexeme with its places, and every value of a column."""
    with db.engine.connect() as opened:
        connection: psycopg.Connection[Any] = opened.connection.driver_connection
        build = current(connection)
        rows = connection.execute(build.statement("SELECT id, asked, length, words::text, kept FROM {threads}"))
        return {row[0]: dict(enumerate(row)) for row in rows}


def executed(statement: str) -> Damage:
    """Run a statement on the site's database; {threads} and {lexemes} are tables of the index."""

    def damage(folder: Path) -> None:
        db.session.rollback()
        with psycopg.connect(plain_url(db.engine.url.render_as_string(hide_password=False))) as connection:
            connection.execute(current(connection).statement(statement))

    return damage


TABLE_DAMAGES: dict[str, Damage] = {
    "schema gone": executed("DROP SCHEMA search CASCADE"),
    "table gone": executed("DROP TABLE {threads}"),
    "counts gone": executed("DROP TABLE {lexemes}"),
    "column gone": executed("ALTER TABLE {threads} DROP words"),
    "nothing current": executed("DELETE FROM search.current"),
    "current of another kind": executed("ALTER TABLE search.current DROP threads"),
}


INDEXES: dict[str, Callable[[pytest.FixtureRequest], Callable[[Path], SearchIndex]]] = {
    "whoosh": lambda request: WhooshIndex,
    "fts5": lambda request: Fts5Index,
    "postgresql": postgres_index,
}
"""What makes an index of each engine that belongs to a folder; those of a server may ask for its fixture."""

ENGINES = {
    engine.name: engine
    for engine in (
        Engine(
            name="whoosh",
            url=lambda folder: f"whoosh:{folder / 'index'}",
            contents=whoosh_contents,
            damages=FILE_DAMAGES,
        ),
        Engine(
            name="fts5",
            url=lambda folder: f"fts5:{folder / 'index'}",
            contents=fts5_contents,
            damages=FILE_DAMAGES,
        ),
        Engine(
            name="postgresql",
            url=lambda folder: "postgresql:",
            contents=postgres_contents,
            damages=TABLE_DAMAGES,
            needs="postgresql",
        ),
    )
}
