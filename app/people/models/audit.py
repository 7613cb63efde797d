"""What was done in office."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel import clock
from app.kernel.db import Model
from app.people.models.person import Erasure, Person, person_key


class AuditEntry(Model):
    """Something an office did, or that happened to somebody's rights. Rows are added, never changed."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    deed: Mapped[str] = mapped_column(String(60))
    actor_id: Mapped[int | None] = person_key(Erasure.KEPT, nullable=True, ondelete="SET NULL", index=True)
    about_id: Mapped[int | None] = person_key(Erasure.KEPT, nullable=True, ondelete="SET NULL", index=True)
    details: Mapped[str] = mapped_column(Text, default="{}")
    # Proves this entry and all before it: whoever changes one without the key of the site breaks the chain.
    seal: Mapped[str] = mapped_column(String(64))

    actor: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[actor_id])
    about: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[about_id])


class AuditHead(Model):
    """Where the trail ended on a day (UTC): what was taken away from its end since then shows here."""

    __tablename__ = "audit_heads"

    day: Mapped[date] = mapped_column(primary_key=True)
    entry_id: Mapped[int]
    seal: Mapped[str] = mapped_column(String(64))


class AuditTail(Model):
    """Where the trail ends now, in one row: what was taken away from its end shows here at once.

    The proof is made with the key of the site, so nobody without it can write down another end.
    """

    __tablename__ = "audit_tail"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int]
    seal: Mapped[str] = mapped_column(String(64))
    proof: Mapped[str] = mapped_column(String(64))
