"""Tables of where messages about accounts go, and of the messages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import clock
from app.kernel.db import Model, db
from app.people.models import Erasure, person_key


class Webhook(Model):
    """An address that is told what changes about accounts. `secret` signs the messages; it is kept sealed."""

    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(String(500))
    secret: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    made_by_id: Mapped[int | None] = person_key(Erasure.EMPTIED, nullable=True)
    stopped_at: Mapped[datetime | None]


class Happening(Model):
    """Something about an account that nobody was told yet: what it was, and where on the site it can be read.

    `uid` is the id of its messages, and `at` when it happened: an address that was added later is not told.
    """

    __tablename__ = "happenings"

    uid: Mapped[str] = mapped_column(String(36), primary_key=True)
    event: Mapped[str] = mapped_column(String(40))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    path: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]


# Of all messages those that wait are few.
WAITS = db.text("sent_at IS NULL AND dead_at IS NULL")


class WebhookMessage(Model):
    """A message on its way to one address: `uid` is the same each time it is sent, `body` exactly what is signed."""

    __tablename__ = "webhook_messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    uid: Mapped[str] = mapped_column(String(36))
    kind: Mapped[str] = mapped_column(String(40))
    body: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    due_at: Mapped[datetime] = mapped_column(default=clock.now)
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(String(200), default="")

    __table_args__ = (
        Index("uq_webhook_messages_webhook_id_uid", "webhook_id", "uid", unique=True),
        Index("ix_webhook_messages_waiting", "due_at", "id", sqlite_where=WAITS, postgresql_where=WAITS),
    )
