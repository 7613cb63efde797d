"""What can be done with reputation beside earning it."""

from __future__ import annotations

from sqlalchemy import select

from app.kernel.db import db
from app.posts.models import Post
from app.reputation.ledger import rebuild_sums, settle_posts
from app.reputation.models import ReputationEntry, ReputationTotal


def repair() -> None:
    """Make the ledger agree with all posts as they are now, then write every sum anew from the ledger."""
    settle_posts(db.session.scalars(select(Post.id)))
    known = select(ReputationEntry.person_id).union(select(ReputationTotal.person_id))
    rebuild_sums(db.session.scalars(known))
