"""The databases that tests run on: made by the real migrations once, emptied before every test.

Tests commit for real, as the site does, so nothing is undone by a rollback: a SQLite file is replaced by a copy of
its empty self, PostgreSQL's tables have their rows deleted, and its search index, which the site makes itself, goes.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psycopg
from flask import Flask
from flask_migrate import upgrade
from psycopg import sql
from sqlalchemy import Engine, event

from app.config import ROOT
from app.kernel.db import db
from tests.support.postgres import Cluster

MEMORY_DISK = Path("/dev/shm")
KEPT = "kept"

# Deleting a test's few rows takes a tenth of the time of TRUNCATE, which makes new files for every table and index.
# A table without a file of its own has never had a row.
TABLES_WITH_ROWS = """
    SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0
"""
EMPTY_EVERY_TABLE = f"""
SET LOCAL session_replication_role = replica;
DO $$
DECLARE name text;
BEGIN
    FOR name IN {TABLES_WITH_ROWS} LOOP
        EXECUTE format('DELETE FROM %I', name);
    END LOOP;
    PERFORM setval(format('%I', sequencename)::regclass, 1, false)
        FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL;
END $$;
DROP SCHEMA IF EXISTS search CASCADE;
"""
# {kept} is the schema that remembers.
KEEP_EVERY_TABLE = f"""
DROP SCHEMA IF EXISTS {{kept}} CASCADE;
CREATE SCHEMA {{kept}};
DO $$
DECLARE name text;
BEGIN
    FOR name IN {TABLES_WITH_ROWS} LOOP
        EXECUTE format('CREATE TABLE {{kept}}.%I AS TABLE public.%I', name, name);
    END LOOP;
END $$;
CREATE TABLE {{kept}}." sequences" AS
    SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL;
"""
FILL_EVERY_TABLE = """
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = '{kept}' AND tablename <> ' sequences' LOOP
        EXECUTE format('INSERT INTO public.%I OVERRIDING SYSTEM VALUE SELECT * FROM {kept}.%I', name, name);
    END LOOP;
    PERFORM setval(format('%I', sequencename)::regclass, last_value) FROM {kept}." sequences";
END $$;
"""


@event.listens_for(Engine, "connect")
def _keep_no_order_of_its_own(connection: Any, record: Any) -> None:
    """Whoever asks for no order gets rows last first.

    PostgreSQL promises no order either and mostly keeps one, so what relies on it would fail once in a hundred runs.
    """
    if "sqlite" in type(connection).__module__:
        connection.execute("PRAGMA reverse_unordered_selects = ON")


class TestDatabase(Protocol):
    """One database for one test process."""

    # pytest would take the name for a class of tests.
    __test__: bool = False
    url: str

    def migrate(self, site: Flask) -> None:
        """Make the tables."""

    def empty(self, site: Flask) -> None:
        """Take every row out."""

    def keep(self, site: Flask, name: str = KEPT) -> None:
        """Remember every row as it is now, under a name of letters; the search index is not among them."""

    def take_back(self, site: Flask, name: str = KEPT) -> None:
        """Make the rows what they were when they were last kept under that name."""

    def close(self, site: Flask) -> None:
        """Let go of all connections."""

    def drop(self) -> None:
        """Remove the database."""


@dataclass
class SqliteDatabase:
    """A file, on a disk in memory where there is one: tests sync after every commit, as the site does."""

    folder: Path
    url: str

    @classmethod
    def create(cls, folder: Path) -> SqliteDatabase:
        """A place for a new database; `folder` serves where there is no disk in memory."""
        if MEMORY_DISK.is_dir():
            folder = Path(tempfile.mkdtemp(prefix="firsthand-sqlite-", dir=MEMORY_DISK))
        return cls(folder=folder, url=f"sqlite:///{folder / 'test.sqlite'}")

    def migrate(self, site: Flask) -> None:
        run_migrations(site)
        self.close(site)
        shutil.copyfile(self._file, self._empty)

    def empty(self, site: Flask) -> None:
        self._become(self._empty, site)

    def keep(self, site: Flask, name: str = KEPT) -> None:
        self.close(site)
        shutil.copyfile(self._file, self._named(name))

    def take_back(self, site: Flask, name: str = KEPT) -> None:
        self._become(self._named(name), site)

    def close(self, site: Flask) -> None:
        close_connections(site)

    def drop(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _become(self, other: Path, site: Flask) -> None:
        self.close(site)
        for leftover in self.folder.glob("test.sqlite-*"):
            leftover.unlink()
        shutil.copyfile(other, self._file)

    def _named(self, name: str) -> Path:
        return self.folder / f"{name}.sqlite"

    @property
    def _file(self) -> Path:
        return self._named("test")

    @property
    def _empty(self) -> Path:
        return self._named("empty")


@dataclass
class PostgresDatabase:
    """A database of the tests' own cluster."""

    cluster: Cluster
    name: str
    url: str
    _own: psycopg.Connection | None = None

    @classmethod
    def create(cls, cluster: Cluster, name: str) -> PostgresDatabase:
        """Make an empty database called `name`."""
        made = cls(cluster=cluster, name=name, url=cluster.url(name))
        made._administer("DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        made._administer("CREATE DATABASE {name}")
        return made

    def migrate(self, site: Flask) -> None:
        run_migrations(site)

    def empty(self, site: Flask) -> None:
        """The site's connections stay open: what the server has read of the tables for them is used again."""
        self._run(site, EMPTY_EVERY_TABLE)

    def keep(self, site: Flask, name: str = KEPT) -> None:
        self._run(site, KEEP_EVERY_TABLE.replace("{kept}", name))

    def take_back(self, site: Flask, name: str = KEPT) -> None:
        self._run(site, EMPTY_EVERY_TABLE + FILL_EVERY_TABLE.replace("{kept}", name))

    def close(self, site: Flask) -> None:
        close_connections(site)

    def drop(self) -> None:
        self._administer("DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _run(self, site: Flask, statements: str) -> None:
        with site.app_context():
            db.session.remove()
        if self._own is None:
            self._own = psycopg.connect(plain_url(self.url))
        with self._own.transaction():
            self._own.execute(statements)

    def _administer(self, statement: str) -> None:
        """Run a statement about the whole database, to which nobody may be connected meanwhile."""
        if self._own is not None:
            self._own.close()
            self._own = None
        with psycopg.connect(plain_url(self.cluster.url("postgres")), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(name=sql.Identifier(self.name)))


def run_migrations(site: Flask) -> None:
    """Bring the site's database up to date, as `flask db upgrade` does."""
    with site.app_context():
        upgrade(directory=str(ROOT / "migrations"))


def close_connections(site: Flask) -> None:
    """Close every connection of the site's pools."""
    with site.app_context():
        db.session.remove()
        db.engine.dispose()


def plain_url(url: str) -> str:
    """`url` as PostgreSQL's own programs read it."""
    return url.replace("postgresql+psycopg://", "postgresql://")
