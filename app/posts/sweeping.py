"""Files that nobody needs any more: uploads that nobody published, bytes that nobody attached, leftovers of crashes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from app.kernel.db import db
from app.kernel.turns import take_turn
from app.posts.attachments import TURN
from app.posts.models import Attachment, PostAttachment, SavedDraft, StoredFile

# Whoever is still writing has a draft that names the file.
UNPUBLISHED_FOR = timedelta(hours=48)
# An upload that is under way has its file before its row; none takes so long.
UNNAMED_FOR = timedelta(hours=1)


def forget_unused(now: datetime) -> Sequence[str]:
    """Forget what was never published, and bytes without an attachment; the names of files to delete after the commit.

    What a post names stays, also while the post is deleted, and so does what only an older text of it names.
    """
    take_turn(TURN, 0)
    linked = select(PostAttachment.attachment_id).where(PostAttachment.attachment_id == Attachment.id)
    drafted = select(SavedDraft.id).where(SavedDraft.fields.contains(Attachment.token))
    unpublished = ~linked.exists() & ~drafted.correlate(Attachment).exists()
    old = Attachment.uploaded_at < now - UNPUBLISHED_FOR
    db.session.execute(delete(Attachment).where(old, unpublished), execution_options={"synchronize_session": False})
    attached = select(Attachment.id).where(Attachment.sha256 == StoredFile.sha256).exists()
    gone = delete(StoredFile).where(~attached).returning(StoredFile.stored_as)
    return db.session.scalars(gone, execution_options={"synchronize_session": False}).all()


def unknown_among(names: Sequence[str]) -> set[str]:
    """Those of `names` that no row names."""
    known = db.session.scalars(select(StoredFile.stored_as).where(StoredFile.stored_as.in_(names)))
    return set(names) - set(known)
