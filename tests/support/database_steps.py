"""What the database does, counted: not in seconds, which differ from machine to machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from app.kernel.db import db


@contextmanager
def counted_steps() -> Iterator[list[int]]:
    """What SQLite does for the site inside the block, in instructions of its machine: it grows with the rows read.

    Gives a list of one number.
    """
    steps, watched = [0], set()

    def step() -> int:
        steps[0] += 1
        return 0

    def watch(connection: Any, *rest: Any) -> None:
        driver = connection.connection.driver_connection
        driver.set_progress_handler(step, 1)
        watched.add(driver)

    event.listen(db.engine, "before_cursor_execute", watch)
    try:
        yield steps
    finally:
        event.remove(db.engine, "before_cursor_execute", watch)
        for driver in watched:
            driver.set_progress_handler(None, 0)
