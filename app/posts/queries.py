"""Reading what posts share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import aliased, joinedload, lazyload, load_only
from sqlalchemy.sql.base import ExecutableOption

from app.kernel.db import db
from app.people.models import Person
from app.posts.models import Comment, Post, Revision, Vote
from app.posts.rules import may_moderate

# With its post; a page of their own has all of them.
COMMENTS_SHOWN = 3
# With hundreds of them on a page, each column that nobody looks at takes its time.
SHOWN_OF_A_COMMENT = (
    Comment.post_id,
    Comment.author_id,
    Comment.author_role,
    Comment.body_html,
    Comment.created_at,
    Comment.source,
    Comment.source_address,
    Comment.source_licence,
)


def not_hidden_from(viewer: Person | None, post: type[Post] = Post) -> ColumnElement[bool]:
    """A deleted post is seen by its author and by those who moderate. `post` may be an alias of a kind of posts."""
    if may_moderate(viewer):
        return true()
    present = post.deleted_at.is_(None)
    return present if viewer is None else or_(present, post.author_id == viewer.id)


def votes_of(voter: Person | None, post_ids: Iterable[int]) -> dict[int, int]:
    """How `voter` judges these posts: post id to 1 or -1. A vote that was set aside judges nothing any more."""
    ids = list(post_ids)
    if voter is None or not ids:
        return {}
    rows = select(Vote.post_id, Vote.value).where(
        Vote.voter_id == voter.id, Vote.post_id.in_(ids), Vote.set_aside_at.is_(None)
    )
    return {post_id: value for post_id, value in db.session.execute(rows)}


def comments_of(post_ids: Iterable[int], *, most: int = COMMENTS_SHOWN) -> dict[int, list[Comment]]:
    """The last `most` comments of each of these posts, oldest first, in one query. Deleted ones are left out."""
    ids = list(post_ids)
    if not ids:
        return {}
    place = func.row_number().over(partition_by=Comment.post_id, order_by=Comment.id.desc()).label("place")
    ranked = select(Comment.id, place).where(Comment.post_id.in_(ids), Comment.deleted_at.is_(None)).subquery()
    shown = aliased(ranked)
    rows = (
        select(Comment)
        .join(shown, shown.c.id == Comment.id)
        .where(shown.c.place <= most)
        .options(_by_handle(), load_only(*SHOWN_OF_A_COMMENT))
        .order_by(Comment.id)
    )
    found: dict[int, list[Comment]] = {}
    for comment in db.session.scalars(rows).unique():
        found.setdefault(comment.post_id, []).append(comment)
    return found


def _by_handle() -> ExecutableOption:
    """Of who wrote a comment only the handle is shown; there may be hundreds of them on a page."""
    return joinedload(Comment.author).options(load_only(Person.handle), lazyload(Person.roles_held))


def all_comments(post: Post) -> Select[Comment]:
    """Every comment of a post that is not deleted."""
    rows = select(Comment).where(Comment.post_id == post.id, Comment.deleted_at.is_(None))
    return rows.options(joinedload(Comment.author))


def revisions_of(post: Post, *, since: datetime | None = None) -> Select[Revision]:
    """Every text the post ever had, with its editors; none when it was never edited.

    With `since`, only those written from then on, and the text of now whenever it was written.
    """
    rows = select(Revision).where(Revision.post_id == post.id).options(joinedload(Revision.editor))
    if since is None:
        return rows
    return rows.where(or_(Revision.written_at >= since, Revision.number == post.revision_number))
