"""Links by which people join."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel import clock
from app.kernel.db import Model
from app.people.models.person import Erasure, Person, person_key


class JoinInvitation(Model):
    """A link that lets one person join, with a role if an admin made it. Whoever made it hands it over themselves."""

    __tablename__ = "join_invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_by_id: Mapped[int] = person_key(Erasure.DELETED, index=True)
    role: Mapped[str] = mapped_column(String(20), default="")
    # For whom it is meant, in the words of whoever made it; only they and the admins read it.
    note: Mapped[str] = mapped_column(String(80), default="")
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    good_until: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    used_by_id: Mapped[int | None] = person_key(Erasure.EMPTIED, nullable=True, index=True)

    made_by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[made_by_id])
    used_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[used_by_id])

    @property
    def is_open(self) -> bool:
        """False once it was used or withdrawn, or is too old."""
        return self.used_at is None and self.withdrawn_at is None and self.good_until > clock.now()


class PendingJoin(Model):
    """Somebody who registered by an invitation and has not confirmed their address: only then is it used."""

    __tablename__ = "pending_joins"

    person_id: Mapped[int] = person_key(Erasure.DELETED, primary_key=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("join_invitations.id", ondelete="CASCADE"), index=True)
