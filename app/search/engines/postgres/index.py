"""The search index inside the site's own PostgreSQL: see app.search.port.SearchIndex.

It shares the server with the site, not its transactions: whatever is asked of the index is a short transaction of its
own. A rebuild and a change may go on at once; only two rebuilds, or two changes, may not.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import LiteralString, TypeVar

import psycopg
import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from app.search.engines.builds import BROKEN, NOT_BUILT, OTHER_LAYOUT
from app.search.engines.postgres import changes, tables
from app.search.engines.postgres.reader import PostgresReader
from app.search.engines.postgres.tables import Build, Connection
from app.search.engines.searching import Searching
from app.search.port import (
    Change,
    IndexBusy,
    IndexUnavailable,
    Status,
    Thread,
)

NAME = "postgresql"
LOCKS = 0x5EA2C4
"""The first half of our advisory locks; the second says for what."""

TO_REBUILD, TO_CHANGE = 1, 2
SECONDS_TO_SWAP = 30
WRITING_MILLISECONDS = 60_000

NO_ANSWER = "The database does not answer searches ({error})."
NO_RIGHTS = (
    "The site's user of the database may not use the schema that the search index needs; let an administrator run "
    "`CREATE SCHEMA search AUTHORIZATION <that user>`, or `ALTER SCHEMA search OWNER TO <that user>` where it exists."
)
NO_POSTGRES = "SEARCH_URL=postgresql: needs a site on PostgreSQL; give it another engine, or another DATABASE_URL."

log = structlog.get_logger(__name__)
Answer = TypeVar("Answer")


class PostgresIndex(Searching):
    """The engine of the database that `engine` gives when it is asked."""

    def __init__(self, engine: Callable[[], Engine]) -> None:
        self._engine = engine

    def apply(self, changes_: Sequence[Change]) -> None:
        with self._writing() as connection:
            connection.execute("SELECT set_config('statement_timeout', %s, true)", [str(WRITING_MILLISECONDS)])
            _take_turn(connection, "pg_try_advisory_xact_lock", TO_CHANGE)
            changes.apply(connection, _readable(connection), changes_)
            connection.commit()

    def rebuild(self, threads: Iterable[Thread]) -> None:
        with self._writing() as connection:
            connection.autocommit = True
            connection.execute("SET statement_timeout = 0")
            _take_turn(connection, "pg_try_advisory_lock", TO_REBUILD)
            tables.make_schema(connection)
            build = Build.fresh()
            try:
                build = tables.fill(connection, build, threads)
                _swap(connection, build)
            finally:
                _tidy(connection)
                _give_turn_back(connection)

    def status(self) -> Status:
        try:
            with self._reading() as connection:
                build = _readable(connection)
                size = tables.size(connection, build)
        except IndexUnavailable as unavailable:
            return Status(engine=NAME, problem=str(unavailable))
        return Status(engine=NAME, build=build.name, documents=build.threads, size=size, built_at=build.built_at)

    def _read(self, ask: Callable[[PostgresReader], Answer]) -> Answer:
        try:
            return self._read_once(ask)
        except _TablesGoneError:
            # A rebuild may have taken the tables away between two statements; there are others then.
            return self._read_once(ask)

    def _read_once(self, ask: Callable[[PostgresReader], Answer]) -> Answer:
        with self._reading() as connection:
            return ask(PostgresReader(connection, _readable(connection)))

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """A connection of the pool. Whatever goes wrong is said as IndexUnavailable."""
        try:
            with self._connected() as connection:
                yield connection
        except (psycopg.Error, ValueError, zlib.error) as error:
            raise _unavailable(error) from error

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A connection of its own, with which everything ends that was set and locked.

        Raises IndexBusy for what passes by itself, and IndexUnavailable where there is no index to write to.
        """
        try:
            with self._connected(alone=True) as connection:
                yield connection
        except psycopg.OperationalError as error:
            log.warning("search index not written", error=type(error).__name__)
            raise IndexBusy from error
        except psycopg.Error as error:
            raise _unavailable(error) from error

    @contextmanager
    def _connected(self, *, alone: bool = False) -> Iterator[Connection]:
        engine = self._engine()
        if engine.dialect.name != "postgresql":
            raise IndexUnavailable(NO_POSTGRES)
        try:
            pooled = engine.raw_connection()
        except SQLAlchemyError as error:
            raise IndexUnavailable(NO_ANSWER.format(error=type(error).__name__)) from error
        connection: Connection = pooled.driver_connection  # type: ignore[assignment]
        if alone:
            pooled.detach()
        try:
            yield connection
        finally:
            pooled.close()


class _TablesGoneError(IndexUnavailable):
    """The tables of the build that was to be read are not there."""


def _readable(connection: Connection) -> Build:
    """Raises IndexUnavailable where nothing was built yet, or by another release."""
    try:
        build = tables.current(connection)
    except psycopg.errors.UndefinedTable:
        build = None
    if build is None:
        raise IndexUnavailable(NOT_BUILT)
    if not build.is_readable:
        raise IndexUnavailable(OTHER_LAYOUT)
    return build


def _take_turn(connection: Connection, lock: LiteralString, purpose: int) -> None:
    """Raises IndexBusy where somebody else has it. It is given back with the connection, also by one that dies."""
    if connection.execute(f"SELECT {lock}(%s, %s)", [LOCKS, purpose]).fetchone() != (True,):
        raise IndexBusy


def _give_turn_back(connection: Connection) -> None:
    """At once: the server notices only a moment later that a connection was closed."""
    with suppress(psycopg.Error):
        connection.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, TO_REBUILD])


def _swap(connection: Connection, build: Build) -> None:
    """Not while a change is written, which would count in the build that goes."""
    with connection.transaction():
        connection.execute("SELECT set_config('lock_timeout', %s, true)", [f"{SECONDS_TO_SWAP}s"])
        connection.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCKS, TO_CHANGE])
        tables.swap(connection, build)


def _tidy(connection: Connection) -> None:
    """Leave the tables that are read, and no others; what cannot be removed now, the next rebuild removes."""
    with suppress(psycopg.Error):
        connection.execute("SET lock_timeout = '5s'")
        tables.drop_others(connection, tables.current(connection))


def _unavailable(error: Exception) -> IndexUnavailable:
    name = type(error).__name__
    log.warning("search index unavailable", error=name, sqlstate=getattr(error, "sqlstate", None))
    match error:
        case psycopg.errors.InsufficientPrivilege():
            return IndexUnavailable(NO_RIGHTS)
        case psycopg.errors.UndefinedTable():
            return _TablesGoneError(BROKEN.format(error=name))
        case psycopg.OperationalError() | psycopg.InterfaceError():
            return IndexUnavailable(NO_ANSWER.format(error=name))
    return IndexUnavailable(BROKEN.format(error=name))
