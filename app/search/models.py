"""What the database remembers about the index, which itself can be thrown away at any time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import clock
from app.kernel.db import Model


class PendingThread(Model):
    """A note that a thread has changed since it was indexed; several notes of one thread are one piece of work.

    `question_id` is no foreign key: a question that is gone for good must still leave the index.
    """

    __tablename__ = "search_pending_threads"

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int]
    marked_at: Mapped[datetime] = mapped_column(default=clock.now)


class IndexProgress(Model):
    """The one row that says which build of the index this database has filled, and when it last added to it."""

    __tablename__ = "search_index_progress"

    id: Mapped[int] = mapped_column(primary_key=True)
    build: Mapped[str] = mapped_column(String(60))
    applied_at: Mapped[datetime] = mapped_column(default=clock.now)
