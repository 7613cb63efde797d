"""What the kept numbers of a post count."""

from __future__ import annotations

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import InstrumentedAttribute

from app.kernel.counters import Counter
from app.posts.models import Comment, Post, Revision, Vote, VoteTally

_posts = Post.__table__


def _votes(value: int, imported: InstrumentedAttribute[int]) -> ScalarSelect[int]:
    cast = select(func.count(Vote.id)).where(
        Vote.post_id == _posts.c.id, Vote.value == value, Vote.set_aside_at.is_(None)
    )
    tally = select(func.coalesce(func.sum(imported), 0)).where(VoteTally.post_id == _posts.c.id)
    both = cast.correlate(_posts).scalar_subquery() + tally.correlate(_posts).scalar_subquery()
    return select(both).correlate(_posts).scalar_subquery()


_comments = select(func.count(Comment.id)).where(Comment.post_id == _posts.c.id, Comment.deleted_at.is_(None))
_revisions = select(func.coalesce(func.max(Revision.number), 1)).where(Revision.post_id == _posts.c.id)

COUNTERS = (
    Counter(Post.helpful_count, Post.id, _votes(1, VoteTally.helpful)),
    Counter(Post.unhelpful_count, Post.id, _votes(-1, VoteTally.unhelpful)),
    Counter(Post.comment_count, Post.id, _comments.correlate(_posts).scalar_subquery()),
    Counter(Post.revision_number, Post.id, _revisions.correlate(_posts).scalar_subquery()),
)
