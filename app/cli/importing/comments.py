"""Writing the comments of a dump."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from app.cli.importing import markdown
from app.cli.importing.known import AUTHOR_KEY, COMMENT, PERSON, POST, Known, Pair
from app.cli.importing.origin import Origin
from app.cli.importing.posts import change, note_activity
from app.cli.importing.records import TOO_LONG
from app.cli.importing.report import Report
from app.cli.importing.rows import Progress
from app.kernel.db import db
from app.kernel.text import Rendered, render_many
from app.posts.bodies import LONGEST_COMMENT
from app.posts.models import Comment, Post

COMMENTS_AT_ONCE = 200
COMMENTS = "comments"

COMMENTS_IN_ORDER = f"""
SELECT comments.id, comments.post, comments.at, {AUTHOR_KEY} AS author, comments.body, comments.licence,
    (SELECT CASE type WHEN 1 THEN id ELSE parent END FROM posts WHERE posts.id = comments.post) AS thread
FROM comments WHERE comments.id > ? ORDER BY comments.id LIMIT {COMMENTS_AT_ONCE}
"""  # noqa: S608


@dataclass(frozen=True, kw_only=True)
class Remark:
    """One comment. `post` and `thread` are ids of the source."""

    source_id: int
    post: int
    thread: int
    at: datetime
    author: str
    body: str
    licence: str | None


class Unfit(Exception):
    """A comment that cannot be taken; the message is the reason as the report words it."""


def remarks(
    scratch: sqlite3.Connection, known: Known, report: Report, *, progress: Progress = int
) -> Iterator[list[Remark]]:
    """Batches of comments that are not here yet, on posts that are."""
    first = scratch.execute("SELECT MIN(id) FROM comments").fetchone()[0]
    last = first - 1 if first is not None else 0
    while rows := _next_rows(scratch, last):
        last = rows[-1]["id"]
        made: list[Remark] = []
        for row in rows:
            if known.has(COMMENT, row["id"]):
                report.know(COMMENTS)
                continue
            try:
                made.append(_remark(row, known))
            except Unfit as reason:
                report.skip(COMMENTS, str(reason), example=row["id"])
        yield made
        progress(len(rows))


def render_remarks(batch: Sequence[Remark]) -> list[Rendered]:
    """Render the comments, outside of any transaction."""
    return render_many([remark.body for remark in batch])


class RemarkWriter:
    """Writes one batch of comments in the open write transaction."""

    def __init__(self, known: Known, origin: Origin) -> None:
        self._known = known
        self._origin = origin

    def write(self, batch: Sequence[Remark], looks: Sequence[Rendered]) -> list[Pair]:
        """Write the comments; returns their keys and ids."""
        people = self._known.ids(PERSON, {remark.author for remark in batch})
        posts = self._known.ids(POST, {remark.post for remark in batch} | {remark.thread for remark in batch})
        comments = [
            Comment(
                post_id=posts[str(remark.post)],
                author_id=people[remark.author],
                body=remark.body,
                body_html=look.html,
                renderer_version=look.renderer_version,
                created_at=remark.at,
                source=self._origin.label,
                source_address=self._origin.comment(remark.source_id),
                source_licence=remark.licence,
            )
            for remark, look in zip(batch, looks, strict=True)
        ]
        db.session.add_all(comments)
        db.session.flush()
        pairs: list[Pair] = [
            (str(remark.source_id), comment.id) for remark, comment in zip(batch, comments, strict=True)
        ]
        self._known.store(COMMENT, pairs)
        _count(comments)
        _note_activity(batch, posts, people)
        return pairs


def _next_rows(scratch: sqlite3.Connection, last: int) -> list[sqlite3.Row]:
    cursor = scratch.cursor()
    cursor.row_factory = sqlite3.Row
    rows: list[sqlite3.Row] = cursor.execute(COMMENTS_IN_ORDER, (last,)).fetchall()
    return rows


def _remark(row: sqlite3.Row, known: Known) -> Remark:
    if row["thread"] is None:
        raise Unfit("on posts that the dump does not hold, or that are neither a question nor an answer")
    if not known.has(POST, row["post"]):
        raise Unfit("on posts that were left out")
    if row["at"] is None:
        raise Unfit("without a usable date")
    body = markdown.tidy_remark(row["body"] or "")
    if not body:
        raise Unfit("without a text")
    if row["body"] == TOO_LONG or len(body) > LONGEST_COMMENT:
        raise Unfit(f"longer than {LONGEST_COMMENT:,} characters")
    return Remark(
        source_id=row["id"],
        post=row["post"],
        thread=row["thread"],
        at=datetime.fromisoformat(row["at"]),
        author=row["author"],
        body=body,
        licence=row["licence"] or None,
    )


def _count(comments: Sequence[Comment]) -> None:
    for post_id, count in sorted(Counter(comment.post_id for comment in comments).items()):
        post = update(Post).where(Post.id == post_id)
        change(post.values(comment_count=Post.comment_count + count))


def _note_activity(batch: Sequence[Remark], posts: dict[str, int], people: dict[str, int]) -> None:
    newest: dict[int, Remark] = {}
    for remark in batch:
        question_id = posts[str(remark.thread)]
        if question_id not in newest or newest[question_id].at < remark.at:
            newest[question_id] = remark
    for question_id, remark in sorted(newest.items()):
        note_activity(question_id, "commented", remark.at, people[remark.author])
