"""What the records of a dump have become here.

The table of imported records is what makes a second import change nothing and a killed one go on. A copy of it stands
in the scratch database, so that it can be joined with the dump and need not fit into memory.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence

from sqlalchemy import insert, select

from app.kernel.db import db
from app.posts.models import ImportedRecord

PERSON, POST, COMMENT = "person", "post", "comment"
NOBODY = "unknown"
ROWS_AT_ONCE = 1_000

# The key of the person behind a row with the columns `owner` and `owner_name`: an id where the dump has that user,
# else a name (users who left keep theirs), else nobody.
AUTHOR_KEY = f"""CASE WHEN owner IN (SELECT id FROM users) THEN CAST(owner AS TEXT)
    WHEN owner_name <> '' THEN name_key(owner_name) ELSE '{NOBODY}' END"""  # noqa: S608

Pair = tuple[str, int | None]


class Known:
    """Keys of the dump and the ids they have here. In a dry run, what would be taken is known without an id."""

    def __init__(self, scratch: sqlite3.Connection, source: str) -> None:
        self._scratch = scratch
        self._source = source
        scratch.create_function("name_key", 1, name_key, deterministic=True)

    def load(self) -> None:
        """Read what earlier imports of the same site have brought."""
        columns = select(ImportedRecord.kind, ImportedRecord.source_id, ImportedRecord.local_id)
        rows = db.session.execute(
            columns.where(ImportedRecord.source == self._source).execution_options(yield_per=ROWS_AT_ONCE)
        )
        for part in rows.partitions():
            self._scratch.executemany("INSERT INTO known VALUES (?, ?, ?)", [tuple(row) for row in part])
        db.session.rollback()

    def store(self, kind: str, pairs: Sequence[Pair]) -> None:
        """Keep the new pairs in the database, in the open write transaction."""
        rows = [
            {"source": self._source, "kind": kind, "source_id": key, "local_id": local_id} for key, local_id in pairs
        ]
        if rows:
            db.session.execute(insert(ImportedRecord), rows)

    def learn(self, kind: str, pairs: Iterable[Pair]) -> None:
        """Take the new pairs into the copy, after the commit."""
        self._scratch.executemany("INSERT INTO known VALUES (?, ?, ?)", [(kind, *pair) for pair in pairs])

    def ids(self, kind: str, keys: Iterable[str | int]) -> dict[str, int]:
        """The ids here of those `keys` that have one."""
        wanted = sorted({str(key) for key in keys})
        found: dict[str, int] = {}
        for start in range(0, len(wanted), ROWS_AT_ONCE // 2):
            part = wanted[start : start + ROWS_AT_ONCE // 2]
            marks = ", ".join("?" * len(part))
            rows = self._scratch.execute(
                f"SELECT source_id, local_id FROM known WHERE kind = ? AND source_id IN ({marks})",  # noqa: S608
                [kind, *part],
            )
            found.update({key: local_id for key, local_id in rows if local_id is not None})
        return found

    def has(self, kind: str, key: int) -> bool:
        """True for what is here, and in a dry run for what would be."""
        row = self._scratch.execute("SELECT 1 FROM known WHERE kind = ? AND source_id = ?", (kind, str(key)))
        return row.fetchone() is not None

    def count(self, kind: str) -> int:
        """How many records of `kind` are here."""
        row = self._scratch.execute("SELECT count(*) FROM known WHERE kind = ?", (kind,)).fetchone()
        return int(row[0])


def name_key(name: str) -> str:
    """The key of a person of whom a dump has only the name."""
    return f"name-{hashlib.sha256(name.encode()).hexdigest()[:32]}"
