"""What a dump holds that has no place here, or that points to nothing: counted, never in silence."""

from __future__ import annotations

import sqlite3

from app.cli.importing.comments import COMMENTS
from app.cli.importing.drafts import HISTORY, VOTES
from app.cli.importing.known import AUTHOR_KEY, NOBODY
from app.cli.importing.report import Report

ACCEPTED = "accepted answers"

NOT_TAKEN = "post NOT IN (SELECT CAST(source_id AS INTEGER) FROM known WHERE kind = 'post')"
VOTES_WITHOUT_POST = f"SELECT SUM(helpful + unhelpful) FROM tallies WHERE {NOT_TAKEN}"  # noqa: S608
VERSIONS_WITHOUT_POST = f"SELECT count(*) FROM versions WHERE {NOT_TAKEN}"  # noqa: S608
ACCEPTED_NOWHERE = """SELECT count(*) FROM posts AS asked WHERE type = 1 AND accepted IS NOT NULL AND NOT EXISTS
    (SELECT 1 FROM posts WHERE posts.id = asked.accepted AND posts.type = 2 AND posts.parent = asked.id)"""
SKIPPED = (
    (VOTES, "on posts that were left out", VOTES_WITHOUT_POST),
    (HISTORY, "of posts that were left out", VERSIONS_WITHOUT_POST),
    (ACCEPTED, "not an answer to that question, or not in the dump", ACCEPTED_NOWHERE),
)
BY_NOBODY = "by authors whom the dump does not name, shown as a former member"
CHANGED = (
    ("posts", BY_NOBODY, f"SELECT count(*) FROM posts WHERE {AUTHOR_KEY} = '{NOBODY}'"),  # noqa: S608
    (COMMENTS, BY_NOBODY, f"SELECT count(*) FROM comments WHERE {AUTHOR_KEY} = '{NOBODY}'"),  # noqa: S608
)


def count_leftovers(scratch: sqlite3.Connection, report: Report) -> None:
    """Add to `report` what was not taken for want of something to hang it on."""
    for kind, reason, query in SKIPPED:
        report.skip(kind, reason, scratch.execute(query).fetchone()[0] or 0)
    for kind, how, query in CHANGED:
        report.change(kind, how, scratch.execute(query).fetchone()[0])
