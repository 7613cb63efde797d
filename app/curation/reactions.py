"""How proposals follow what happens to posts."""

from __future__ import annotations

from sqlalchemy import select

from app.curation import openings
from app.kernel.db import db
from app.kernel.events import on
from app.posts.events import PostRestored
from app.posts.models import Post


@on(PostRestored)
def ask_the_author_again(event: PostRestored) -> None:
    author_id = db.session.scalar(select(Post.author_id).where(Post.id == event.post_id))
    if author_id is not None:
        openings.forget_consent(event.question_id, author_id)
