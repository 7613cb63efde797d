"""The database: its engines, its column types, and the one door through which it is changed."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import ModuleType
from typing import TYPE_CHECKING, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, event
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator

from app.kernel.errors import Busy

# SQLite 3.7.0 to 3.51.2 can corrupt a database when a WAL file is reset while it is being read.
OLDEST_SAFE_SQLITE = (3, 51, 3)
LOCK_WAIT_SECONDS = 10
CANNOT_SAVE = "We cannot save right now. Your text is kept; try again in a minute."

# PostgreSQL's words for: serialization failure, deadlock, starting up, lock not available, out of time.
PASSING = frozenset({"40001", "40P01", "57P03", "55P03", "57014", "53100"})
PASSING_WORDS = ("database is locked", "database or disk is full")
# PostgreSQL's word for a number that fits into no column.
OUT_OF_RANGE = "22003"
# And for a second row of what there can be only one of.
NOT_UNIQUE = "23505"

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Timestamp(TypeDecorator[datetime]):
    """A moment: aware and in UTC on the way in and on the way out, on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What a value of the column is in Python; SQLAlchemy does not ask `impl`."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A timestamp without a time zone was about to be stored.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """What all tables share: names for constraints, and aware timestamps."""

    registry = registry(metadata=MetaData(naming_convention=NAMES), type_annotation_map={datetime: Timestamp})


db = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:
    # Flask-SQLAlchemy makes the class while the program runs, where no type checker can see it.
    Model = Base
else:
    Model = db.Model

# SQLite has one writer. Threads of a process queue here instead of polling the file lock.
_turn = threading.Lock()


@contextmanager
def write() -> Iterator[None]:
    """Open the one write transaction of a unit of work; commit at the end, roll back on an exception.

    Ends the read transaction first, so whatever was loaded before is loaded again when it is used.
    Raises Busy when the database stays locked for LOCK_WAIT_SECONDS, and when it gives this transaction up for
    another one (a deadlock): nothing was written then, and the same may succeed a moment later.
    """
    session = db.session
    if session.info.get("writing"):
        raise RuntimeError("A write transaction is already open; actions never open one.")
    session.rollback()
    with _writing_turn():
        session.info["writing"] = True
        try:
            session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
            yield
            session.commit()
        except BaseException as error:
            session.rollback()
            if is_busy(error):
                raise Busy(CANNOT_SAVE) from error
            raise
        finally:
            session.info["writing"] = False


def is_writing() -> bool:
    """True inside `with write():`."""
    return bool(db.session.info.get("writing"))


def is_busy(error: BaseException) -> bool:
    """True for the errors that mean "locked, restarting, out of time or out of disk", which pass without our doing."""
    if not isinstance(error, OperationalError):
        return False
    text = str(error.orig).lower()
    return any(words in text for words in PASSING_WORDS) or getattr(error.orig, "sqlstate", None) in PASSING


def came_second(error: BaseException) -> bool:
    """True where somebody else stored at this moment what there can be only one of.

    SQLite has one writer at a time, so whatever stands in the way there could have been seen before.
    """
    return isinstance(error, IntegrityError) and getattr(error.orig, "sqlstate", None) == NOT_UNIQUE


def names_no_row(error: BaseException) -> bool:
    """True where a number was looked for that is too large, or too small, for any row to have it."""
    if isinstance(error, DataError):
        return getattr(error.orig, "sqlstate", None) == OUT_OF_RANGE
    return isinstance(error, OverflowError) and "SQLite INTEGER" in str(error)


@contextmanager
def _writing_turn() -> Iterator[None]:
    if db.engine.dialect.name != "sqlite":
        yield
        return
    if not _turn.acquire(timeout=LOCK_WAIT_SECONDS):
        raise Busy(CANNOT_SAVE)
    try:
        yield
    finally:
        _turn.release()


def sqlite_module() -> ModuleType:
    """The SQLite to use: the pysqlite3 wheel, or Python's own where it is new enough.

    Raises RuntimeError with one sentence when neither is safe.
    """
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        dbapi2 = sqlite3
    if dbapi2.sqlite_version_info < OLDEST_SAFE_SQLITE:
        raise RuntimeError(
            f"This Python has SQLite {dbapi2.sqlite_version}, which can lose data; install the pysqlite3 wheel "
            "or a Python with SQLite 3.51.3 or newer."
        )
    module: ModuleType = dbapi2
    return module


def engine_options(url: str) -> dict[str, Any]:
    """Arguments of create_engine for `url`; what a statement was given never shows in an error or a log."""
    if url.startswith("sqlite"):
        return {"module": sqlite_module(), "pool_size": 16, "max_overflow": 32, "hide_parameters": True}
    limits = "-c statement_timeout=5000 -c idle_in_transaction_session_timeout=30000"
    pool = {"pool_pre_ping": True, "pool_size": 8, "max_overflow": 16}
    return {**pool, "hide_parameters": True, "connect_args": {"options": limits}}


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, record: Any) -> None:
    if "sqlite" not in type(connection).__module__:
        return
    # SQLAlchemy's own `begin` is replaced below, so the driver must not begin by itself.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={LOCK_WAIT_SECONDS * 1000}",
        "trusted_schema=OFF",
        "mmap_size=0",
        "cache_size=-16000",
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        kind = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {kind}")
