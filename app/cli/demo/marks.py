"""How rows of the demo are known: each is named in the table of imported records, with the source "demo"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import delete, exists, insert, select

from app.kernel.db import db
from app.posts.models import ImportedRecord

SOURCE = "demo"
PERSON, ACCOUNT, TAG, PRODUCT, POST, COMMENT = "person", "account", "tag", "product", "post", "comment"
DEFINITION = "definition"
STAGE, FINISHED = "stage", "finished"

Mark = tuple[str, str, int]


def keep_marks(marks: Iterable[Mark]) -> None:
    """Name rows as the demo's: kind, key among the demo's content, id here."""
    rows = [{"source": SOURCE, "kind": kind, "source_id": key, "local_id": row} for kind, key, row in marks]
    db.session.execute(insert(ImportedRecord), rows)


def marked() -> Mapping[str, set[int]]:
    """The ids of the demo's rows, by kind."""
    found: dict[str, set[int]] = defaultdict(set)
    columns = select(ImportedRecord.kind, ImportedRecord.local_id)
    for kind, row in db.session.execute(columns.where(ImportedRecord.source == SOURCE)):
        if row is not None:
            found[kind].add(row)
    return found


def is_loaded() -> bool:
    """True once the demo's people and posts are here."""
    return bool(db.session.scalar(select(exists().where(ImportedRecord.source == SOURCE))))


def is_finished() -> bool:
    """True once what follows from the posts is here as well."""
    finished = (ImportedRecord.source == SOURCE) & (ImportedRecord.kind == STAGE)
    return bool(db.session.scalar(select(exists().where(finished))))


def mark_finished() -> None:
    db.session.add(ImportedRecord(source=SOURCE, kind=STAGE, source_id=FINISHED))


def forget_marks() -> None:
    db.session.execute(delete(ImportedRecord).where(ImportedRecord.source == SOURCE))
