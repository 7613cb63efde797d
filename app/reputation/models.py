"""Tables of reputation: an append-only ledger, and sums of it that can be rebuilt."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Model
from app.people.models import Erasure, person_key


class ReputationEntry(Model):
    """One gain, loss or reversal. Rows are only ever added.

    `kind` is what happened ("answer_upvoted", …), `post_id` and `actor_id` what and who caused it, and `round` counts
    how often the same cause came again after a reversal, so that the cause can be entered once only.
    """

    __tablename__ = "reputation_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[int] = person_key(Erasure.DELETED)
    kind: Mapped[str] = mapped_column(String(30))
    points: Mapped[int]
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    actor_id: Mapped[int] = person_key(Erasure.KEPT, index=True)
    round: Mapped[int] = mapped_column(default=1)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("reputation_entries.id"), unique=True)
    rule_version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        UniqueConstraint("kind", "post_id", "actor_id", "person_id", "round"),
        Index("ix_reputation_entries_person_id_at", "person_id", "at"),
    )


class ReputationDay(Model):
    """What one person's day came to, after the daily cap (UTC days)."""

    __tablename__ = "reputation_days"

    person_id: Mapped[int] = person_key(Erasure.DELETED, primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    points: Mapped[int]


class ReputationTotal(Model):
    """The sum of a person's days; what is shown is never below 1."""

    __tablename__ = "reputation_totals"

    person_id: Mapped[int] = person_key(Erasure.DELETED, primary_key=True)
    points: Mapped[int] = mapped_column(default=0)
