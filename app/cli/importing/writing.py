"""How an import changes the database: in short transactions that are tried again when others are in the way."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import IntegrityError, OperationalError

from app.cli.importing.refusal import ImportStopped
from app.kernel.db import db, is_busy, write
from app.kernel.errors import Busy

T = TypeVar("T")

MOST_ATTEMPTS = 5
PAUSE_SECONDS = 1.0


def write_batch(change: Callable[[], T]) -> T:
    """Run `change` in a write transaction of its own, and again when somebody else came in between.

    An IntegrityError means that a member has just taken a handle or a tag that `change` wanted too: the next attempt
    sees it. Nothing stays in the session afterwards, so memory does not grow. Raises ImportStopped.
    """
    for attempt in range(MOST_ATTEMPTS):
        try:
            with write():
                return change()
        except (Busy, IntegrityError, OperationalError) as error:
            passes = not isinstance(error, OperationalError) or is_busy(error)
            if not passes:
                raise
            if attempt + 1 == MOST_ATTEMPTS:
                raise ImportStopped("The database is too busy: run the import again, it goes on from here.") from error
            time.sleep(PAUSE_SECONDS)
        finally:
            db.session.expunge_all()
    raise AssertionError("unreachable")
