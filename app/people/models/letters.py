"""Mail to one person, and those who never get any."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import clock
from app.kernel.db import Model
from app.people.models.person import Erasure, person_key


class Letter(Model):
    """A mail to be sent to one person: a kind from a closed list, never an address, never free text."""

    __tablename__ = "letters"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = person_key(Erasure.DELETED)
    kind: Mapped[str] = mapped_column(String(30))
    details: Mapped[str] = mapped_column(Text, default="{}")
    written_at: Mapped[datetime] = mapped_column(default=clock.now)
    due_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)


class Canary(Model):
    """A member who is nobody: the site never writes to them, so any mail to their address shows a leak."""

    __tablename__ = "canaries"

    person_id: Mapped[int] = person_key(Erasure.DELETED, primary_key=True)
    since: Mapped[datetime] = mapped_column(default=clock.now)
