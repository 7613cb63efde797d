"""The migrations make exactly the tables that the models describe, one step at a time, there and back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from app.config import ROOT
from app.kernel.db import db
from tests.support.databases import PostgresDatabase, SqliteDatabase, TestDatabase, run_migrations

VERSIONS = sorted((ROOT / "migrations" / "versions").glob("*.py"))
DIRECTORY = str(ROOT / "migrations")


@pytest.fixture
def unmade(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TestDatabase]:
    """A database without a table."""
    if database_kind == "sqlite":
        made: TestDatabase = SqliteDatabase.create(tmp_path)
    else:
        main = request.getfixturevalue("database")
        made = PostgresDatabase.create(main.cluster, f"{main.name}_migrations")
    yield made
    made.drop()


@pytest.fixture
def unmade_site(unmade: TestDatabase, app_with) -> Iterator[Flask]:
    site = app_with(database_url=unmade.url)
    yield site
    unmade.close(site)


def tables(site: Flask) -> set[str]:
    with site.app_context():
        return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def differences(site: Flask) -> list[object]:
    with site.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, db.metadata))


def test_the_models_and_the_migrations_say_the_same(app):
    assert differences(app) == []


def test_every_migration_goes_up_and_down_and_up_again(unmade_site):
    run_migrations(unmade_site)
    everything = tables(unmade_site)

    with unmade_site.app_context():
        downgrade(directory=DIRECTORY, revision="base")
    assert tables(unmade_site) == set()

    for path in VERSIONS:
        with unmade_site.app_context():
            upgrade(directory=DIRECTORY, revision=path.name[:4])
    assert tables(unmade_site) == everything
    assert differences(unmade_site) == []


@pytest.mark.pure
def test_migrations_are_numbered_in_one_row():
    """One line of numbers, each following the one before, so two branches never end in two heads."""
    following = {}
    for path in VERSIONS:
        text = path.read_text()
        number = re.search(r'^revision = "(\d{4})"', text, re.MULTILINE)
        before = re.search(r'^down_revision = (?:"(\d{4})"|None)', text, re.MULTILINE)
        assert number is not None, f"{path.name} does not say its number"
        assert before is not None, f"{path.name} does not say which one it follows"
        assert path.name.startswith(f"{number.group(1)}_")
        following[number.group(1)] = before.group(1)

    numbers = sorted(following)
    assert numbers == [f"{number:04d}" for number in range(1, len(numbers) + 1)]
    assert [following[number] for number in numbers] == [None, *numbers[:-1]]
