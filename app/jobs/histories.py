"""Keeping what opportunities may be told of their accounts, with each snapshot and whenever one is measured again."""

from __future__ import annotations

from app.kernel.db import write
from app.outcomes import keeping


def keep_due_histories() -> int:
    """Read and keep the histories that are older than the snapshots, some trees at a time; returns how many were."""
    kept = 0
    for roots in keeping.due_trees():
        read = keeping.read_trees(roots)
        with write():
            kept += keeping.keep(read)
    return kept
