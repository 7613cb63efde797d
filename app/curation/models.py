"""Tables of proposals that wait for somebody's word, and of what was done to threads."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel import clock
from app.kernel.db import Model, db
from app.people.models import Erasure, Person, person_key
from app.questions.models import Question


class DuplicateProposal(Model):
    """Somebody says that a question asks the same as another one; open until it is confirmed or turned down."""

    __tablename__ = "duplicate_proposals"

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"))
    original_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), index=True)
    proposed_by_id: Mapped[int] = person_key(Erasure.KEPT, index=True)
    note: Mapped[str] = mapped_column(String(300), default="")
    proposed_at: Mapped[datetime] = mapped_column(default=clock.now)
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = person_key(Erasure.EMPTIED, nullable=True)
    confirmed: Mapped[bool] = mapped_column(default=False)

    question: Mapped[Question] = relationship(lazy="raise", foreign_keys=[question_id])
    original: Mapped[Question] = relationship(lazy="raise", foreign_keys=[original_id])
    proposed_by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[proposed_by_id])

    __table_args__ = (
        Index(
            "uq_duplicate_proposals_question_id_open",
            "question_id",
            unique=True,
            sqlite_where=db.text("settled_at IS NULL"),
            postgresql_where=db.text("settled_at IS NULL"),
        ),
    )


class OpeningRequest(Model):
    """Somebody proposes to make a confidential question public; it happens when everybody who wrote in it agrees."""

    __tablename__ = "opening_requests"

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True)
    proposed_by_id: Mapped[int] = person_key(Erasure.KEPT, index=True)
    proposed_at: Mapped[datetime] = mapped_column(default=clock.now)
    withhold_company: Mapped[bool] = mapped_column(default=True)

    proposed_by: Mapped[Person] = relationship(lazy="raise")


class OpeningConsent(Model):
    """Somebody who wrote in a confidential question agrees that it becomes public as it stood at that moment."""

    __tablename__ = "opening_consents"

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = person_key(Erasure.KEPT, primary_key=True, index=True)
    consented_at: Mapped[datetime] = mapped_column(default=clock.now)


class Done(enum.StrEnum):
    """What can be done to a thread as a whole."""

    CLOSED = "closed"
    REOPENED = "reopened"
    DUPLICATE = "duplicate"
    NOT_DUPLICATE = "not_duplicate"
    MERGED = "merged"
    TOOK_IN = "took_in"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    MOVED = "moved"
    SPLIT_OFF = "split_off"
    SPLIT_FROM = "split_from"
    NARROWED = "narrowed"
    KEPT_CONFIDENTIAL = "kept_confidential"
    OPENED = "opened"


class RecordEntry(Model):
    """Something that was done to a thread, by whom, with what words; `other_id` is the thread it was done with."""

    __tablename__ = "thread_record"

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"))
    done: Mapped[str] = mapped_column(String(20))
    by_id: Mapped[int] = person_key(Erasure.KEPT, index=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    words: Mapped[str] = mapped_column(String(500), default="")
    other_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id", ondelete="SET NULL"), index=True)

    by: Mapped[Person] = relationship(lazy="raise")

    __table_args__ = (Index("ix_thread_record_question_id_id", "question_id", "id"),)
