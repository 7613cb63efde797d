"""What can be done with any post. Bodies come rendered; the caller holds the write transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, inspect, select, update

from app.kernel import clock, events
from app.kernel.db import db
from app.people.models import Person
from app.people.rules import check_takes_part
from app.posts import attachments, rules
from app.posts.authorship import sign
from app.posts.bodies import Body
from app.posts.events import CommentDeleted, CommentPosted, PostEdited, VoteChanged
from app.posts.models import Comment, Post, Revision, Vote


def lock(post: Post) -> None:
    """Let nobody else change this post until the transaction ends (PostgreSQL; SQLite has one writer anyway)."""
    db.session.execute(select(Post.id).where(Post.id == post.id).with_for_update())
    # Only the columns: what was loaded with the post stays loaded.
    db.session.refresh(post, [attribute.key for attribute in inspect(post).mapper.column_attrs])


def write_body(post: Post, body: Body) -> None:
    """Give a post its text."""
    post.body = body.source
    post.body_html = body.html
    post.renderer_version = body.renderer_version
    post.shown_plain = body.plain


def vote(post: Post, value: int, *, by: Person) -> None:
    """Record that `by` finds the post helpful (1) or not (-1), or takes the vote back (0)."""
    lock(post)
    rules.check_can_vote(by, post)
    cast = db.session.scalar(select(Vote).where(Vote.post_id == post.id, Vote.voter_id == by.id))
    before = cast.value if cast and cast.set_aside_at is None else 0
    if value == before:
        return
    if cast is not None:
        db.session.delete(cast)
        db.session.flush()
    if value:
        db.session.add(Vote(post_id=post.id, voter_id=by.id, value=value))
    _count_vote(post, before, -1)
    _count_vote(post, value, 1)
    events.record(VoteChanged(post_id=post.id, question_id=post.thread_id, voter_id=by.id))


def set_aside_votes_against(post: Post) -> None:
    """Let the votes against a text count no longer, because its author has taken that text back.

    Whoever cast one may vote on the new text. Those that an import counted have no voter, so they stay.
    """
    against = (Vote.post_id == post.id, Vote.value == rules.UNHELPFUL, Vote.set_aside_at.is_(None))
    post.unhelpful_count -= db.session.scalar(select(func.count(Vote.id)).where(*against)) or 0
    db.session.execute(update(Vote).where(*against).values(set_aside_at=clock.now()))


def comment_on(post: Post, body: Body, *, by: Person, withhold_company: bool = False) -> Comment:
    """Add a remark below a post."""
    lock(post)
    rules.check_can_comment(by, post)
    comment = Comment(post_id=post.id, body=body.source, body_html=body.html, renderer_version=body.renderer_version)
    sign(comment, by, withhold_company=withhold_company)
    db.session.add(comment)
    post.comment_count += 1
    db.session.flush()
    attachments.link(post, body.source, by=by)
    events.record(CommentPosted(post_id=post.id, question_id=post.thread_id, comment_id=comment.id, author_id=by.id))
    return comment


def delete_comment(comment: Comment, post: Post, *, by: Person) -> None:
    """Take a comment away; deleting it again changes nothing."""
    lock(post)
    db.session.refresh(comment)
    rules.check_can_delete_comment(by, comment)
    if comment.deleted_at is not None:
        return
    comment.deleted_at = clock.now()
    comment.deleted_by_id = by.id
    post.comment_count -= 1
    events.record(CommentDeleted(post_id=post.id, question_id=post.thread_id, comment_id=comment.id))


def keep_revision(post: Post, *, editor_id: int, at: datetime, reason: str = "") -> None:
    """Keep the text the post has now under its present revision number."""
    revision = Revision(
        post_id=post.id,
        number=post.revision_number,
        body=post.body,
        reason=reason,
        editor_id=editor_id,
        written_at=at,
        **post.revised_facts(),
    )
    db.session.add(revision)


def keep_original(post: Post) -> None:
    """Before the first edit, keep the text that is about to change as revision 1."""
    if post.revision_number == 1:
        keep_revision(post, editor_id=post.author_id, at=post.created_at)


def write_revision(post: Post, *, by: Person, reason: str = "") -> None:
    """Count an edit that has just been made, and keep what the post says now as its newest revision."""
    check_takes_part(by)
    post.revision_number += 1
    post.edited_at = clock.now()
    keep_revision(post, editor_id=by.id, at=post.edited_at, reason=reason)
    attachments.link(post, post.body, by=by)
    events.record(PostEdited(post_id=post.id, question_id=post.thread_id, editor_id=by.id))


def mark_deleted(post: Post, *, by: Person) -> None:
    post.deleted_at = clock.now()
    post.deleted_by_id = by.id


def mark_restored(post: Post) -> None:
    post.deleted_at = None
    post.deleted_by_id = None


def _count_vote(post: Post, value: int, change: int) -> None:
    if value == rules.HELPFUL:
        post.helpful_count += change
    elif value == rules.UNHELPFUL:
        post.unhelpful_count += change
