"""The boards of those who earned most: counted by the worker, so that their page reads a few rows."""

from __future__ import annotations

from app.kernel.db import write
from app.reputation import places
from app.reputation.boards import last_count
from app.site.queries import has_boards


def keep_boards() -> bool:
    """Count the boards anew where they may be other than they were; returns whether that was done.

    Where the operator does without them, nothing of them is kept.
    """
    if not has_boards():
        _forget_boards()
        return False
    if not places.is_due():
        return False
    count_boards()
    return True


def count_boards() -> None:
    """Count them now; read before the transaction opens, which is short by that."""
    counted = places.count()
    with write():
        places.keep(counted)


def _forget_boards() -> None:
    if last_count() is not None:
        with write():
            places.forget()
