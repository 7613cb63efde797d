"""Reading the files that people attached: each time by what the reader may see at that moment."""

from __future__ import annotations

from sqlalchemy import Select, or_, select

from app.people.models import Person
from app.posts.attachments import is_named_in
from app.posts.models import Attachment, Post, PostAttachment
from app.questions.queries import posts_visible_to


def attachments_visible_to(viewer: Person | None) -> Select[Attachment]:
    """Every file that `viewer` sent in, or that is named by the present text of a post that `viewer` may see."""
    named = (
        posts_visible_to(viewer)
        .join(PostAttachment, PostAttachment.post_id == Post.id)
        .where(PostAttachment.attachment_id == Attachment.id, is_named_in(Post))
        .with_only_columns(Post.id)
        .correlate(Attachment)
        .exists()
    )
    return select(Attachment).where(named if viewer is None else or_(Attachment.owner_id == viewer.id, named))
