"""Mail to one person, those who never get any, and links by which people join."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel import clock
from app.kernel.db import Model
from app.people.models.person import Erasure, Person, person_key


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
