"""Files for tests to send in."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from app.kernel.db import db, write
from app.kernel.files import FileStore, file_store
from app.kernel.settings import settings
from app.people.models import Person
from app.posts import attachments
from app.posts.models import Attachment

LOG = b"2026-03-12 02:00:01 replication stops\n2026-03-12 02:00:02 waiting for the snapshot\n"


def site_store() -> FileStore:
    """The store of the site under test."""
    return file_store(settings().files_url)


def upload(owner: Person, content: bytes = LOG, name: str = "replication.log") -> Attachment:
    """A file of `owner`, made by the same functions as on the site."""
    prepared = attachments.prepare(name, io.BytesIO(content), site_store())
    with write():
        return attachments.attach(prepared, by=db.session.get_one(Person, owner.id))


def mention(attachment: Attachment) -> str:
    """A text that names it."""
    return f"Look at [the log](/files/{attachment.token}/replication.log)."


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    """A small picture as a file of format `kind`."""
    out = io.BytesIO()
    Image.new("RGB", size, (10, 10, 200)).save(out, kind, **options)
    return out.getvalue()
