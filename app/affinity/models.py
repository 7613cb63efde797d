"""Tables of affinity: dated public events by account, snapshots of the score, and who looked at them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.kernel import clock
from app.kernel.db import Model
from app.people.models import Erasure
from app.people.models import person_key as key_of_person


class AffinityEvent(Model):
    """Something public that somebody of an account did, or that an expert did for them.

    `source` names the row it comes from ("comment:12"), so the same fact is written once. The person is an opaque key
    (HMAC), the expert an id: experts act in public as part of their work.
    """

    __tablename__ = "affinity_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    person_key: Mapped[str] = mapped_column(String(64), index=True)
    expert_id: Mapped[int | None] = key_of_person(Erasure.KEPT, nullable=True, index=True)
    question_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), index=True)

    __table_args__ = (
        UniqueConstraint("source", "kind", "person_key"),
        Index("ix_affinity_events_account_id_at", "account_id", "at"),
    )


class AffinitySnapshot(Model):
    """The score of an account at one time, with everything the report says, so that history is never recomputed."""

    __tablename__ = "affinity_snapshots"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    taken_at: Mapped[datetime]
    score_version: Mapped[str] = mapped_column(String(10))
    score: Mapped[float]
    active_people: Mapped[int]
    overdue: Mapped[int]
    report: Mapped[str] = mapped_column(Text, default="{}")

    account: Mapped[Account] = relationship(lazy="raise")

    __table_args__ = (UniqueConstraint("account_id", "taken_at"),)


class ReportView(Model):
    """Somebody opened the report of an account, or took it out as a file."""

    __tablename__ = "report_views"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    viewer_id: Mapped[int] = key_of_person(Erasure.KEPT)
    what: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(default=clock.now)
