"""Writing the links between the questions of a dump."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select

from app.cli.importing.known import POST, Known
from app.cli.importing.records import QUESTION
from app.cli.importing.report import Report
from app.cli.importing.rows import Progress
from app.cli.importing.writing import write_batch
from app.kernel.db import db
from app.questions.models import LinkKind, QuestionLink

LINKS = "links"
LINKS_AT_ONCE = 200
KINDS = {1: LinkKind.RELATED, 3: LinkKind.DUPLICATE}

LINKS_IN_ORDER = f"""
SELECT links.id, links.post, links.related, links.type, asked.type AS post_type, other.type AS related_type,
    EXISTS (SELECT 1 FROM links AS first WHERE first.post = links.post AND first.related = links.related
        AND first.type = links.type AND first.id < links.id) AS is_repeated
FROM links LEFT JOIN posts AS asked ON asked.id = links.post LEFT JOIN posts AS other ON other.id = links.related
WHERE links.id > ? ORDER BY links.id LIMIT {LINKS_AT_ONCE}
"""  # noqa: S608


@dataclass(frozen=True)
class Link:
    """One question points to another; both are ids of the source."""

    question: int
    related: int
    kind: LinkKind


class Unfit(Exception):
    """A link that cannot be taken; the message is the reason as the report words it."""


def take_links(scratch: sqlite3.Connection, known: Known, report: Report, *, dry_run: bool, progress: Progress) -> None:
    """Link the questions that are here, as far as they are not linked yet: so it can be done again at any time."""
    for batch in _batches(scratch, known, report, progress):
        ids = known.ids(POST, {end for link in batch for end in (link.question, link.related)})
        new = _new(batch, ids)
        report.know(LINKS, len(batch) - len(new))
        report.take(LINKS, len(new))
        if new and not dry_run:
            write_batch(lambda new=new, ids=ids: _write(new, ids))  # type: ignore[misc]


def _batches(scratch: sqlite3.Connection, known: Known, report: Report, progress: Progress) -> Iterator[list[Link]]:
    cursor = scratch.cursor()
    cursor.row_factory = sqlite3.Row
    first = scratch.execute("SELECT MIN(id) FROM links").fetchone()[0]
    last = first - 1 if first is not None else 0
    while rows := cursor.execute(LINKS_IN_ORDER, (last,)).fetchall():
        last = rows[-1]["id"]
        made: list[Link] = []
        for row in rows:
            try:
                made.append(_link(row, known))
            except Unfit as reason:
                report.skip(LINKS, str(reason), example=row["id"])
        yield made
        progress(len(rows))


def _link(row: sqlite3.Row, known: Known) -> Link:
    if row["type"] not in KINDS:
        raise Unfit("of a kind that is not known here")
    if row["post_type"] is None or row["related_type"] is None:
        raise Unfit("from or to posts that the dump does not hold, or that are neither a question nor an answer")
    if not row["post_type"] == row["related_type"] == QUESTION:
        raise Unfit("from or to answers")
    if not (known.has(POST, row["post"]) and known.has(POST, row["related"])):
        raise Unfit("from or to questions that were left out")
    if row["post"] == row["related"] or row["is_repeated"]:
        raise Unfit("from a question to itself, or the same as another link")
    return Link(row["post"], row["related"], KINDS[row["type"]])


def _new(batch: Sequence[Link], ids: dict[str, int]) -> list[Link]:
    """Those that are not here yet. In a dry run questions may be known without an id; their links are new."""
    columns = (QuestionLink.question_id, QuestionLink.related_id, QuestionLink.kind)
    questions = [ids[str(link.question)] for link in batch if str(link.question) in ids]
    rows = db.session.execute(select(*columns).where(QuestionLink.question_id.in_(questions)))
    here = {(row.question_id, row.related_id, row.kind) for row in rows}
    db.session.rollback()
    return [link for link in batch if (ids.get(str(link.question)), ids.get(str(link.related)), link.kind) not in here]


def _write(new: Sequence[Link], ids: dict[str, int]) -> None:
    rows: list[dict[str, Any]] = [
        {"question_id": ids[str(link.question)], "related_id": ids[str(link.related)], "kind": link.kind.value}
        for link in new
    ]
    db.session.execute(insert(QuestionLink), rows)
