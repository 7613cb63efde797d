"""How Alembic reaches the site's database; run through `flask db`."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection
from sqlalchemy.types import TypeDecorator

from app.kernel.db import db

LOCK_WAIT = "4s"
LONGEST_STATEMENT = "60s"


def render_type(kind: str, thing: Any, autogen_context: Any) -> str | bool:
    """Write the project's own column types as what they are in the database, so that migrations import no models."""
    if kind == "type" and isinstance(thing, TypeDecorator):
        return f"sa.{thing.impl_instance!r}"
    return False


def enforce_keys(connection: Connection, *, enforced: bool) -> None:
    """Let SQLite enforce foreign keys, or not.

    Said to the driver itself: through SQLAlchemy it would come inside a transaction, where SQLite does not hear it.
    """
    driver = connection.connection.dbapi_connection
    assert driver is not None
    driver.execute(f"PRAGMA foreign_keys={'ON' if enforced else 'OFF'}")
    if enforced and (broken := driver.execute("PRAGMA foreign_key_check").fetchall()):
        raise RuntimeError(f"After the migration {len(broken)} rows point to nothing, the first: {broken[0]}")


def run_migrations() -> None:
    """Run each migration in a transaction, on SQLite with the write lock taken first."""
    engine = db.engine
    options = {"sqlite_begin": "IMMEDIATE"} if engine.dialect.name == "sqlite" else {}
    with engine.connect().execution_options(**options) as connection:
        if engine.dialect.name == "sqlite":
            # A batch operation copies a table; enforced keys would delete the rows that point to the old one.
            enforce_keys(connection, enforced=False)
        else:
            connection.exec_driver_sql(
                f"SET lock_timeout = '{LOCK_WAIT}'; SET statement_timeout = '{LONGEST_STATEMENT}'"
            )
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            transaction_per_migration=True,
            render_item=render_type,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        if engine.dialect.name == "sqlite":
            enforce_keys(connection, enforced=True)


run_migrations()
