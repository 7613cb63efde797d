"""Counting SQL statements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event

from app.kernel.db import db

BOOKKEEPING = ("BEGIN", "SAVEPOINT", "RELEASE", "PRAGMA")


class CountedQueries(list[str]):
    """The statements that were sent, in order."""


@contextmanager
def counted_queries(site: Flask) -> Iterator[CountedQueries]:
    """Collect the statements that the site sends to its database inside the block."""
    seen = CountedQueries()

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith(BOOKKEEPING):
            seen.append(statement)

    with site.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
