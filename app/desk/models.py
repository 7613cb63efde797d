"""Tables of who has the next step."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel import clock
from app.kernel.db import Model
from app.people.models import Erasure, Person, person_key
from app.questions.models import Question


class SameProblem(Model):
    """Somebody has the same problem, at the company of that day."""

    __tablename__ = "same_problems"

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = person_key(Erasure.DELETED, primary_key=True, index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"), index=True)
    said_at: Mapped[datetime] = mapped_column(default=clock.now)


class Calling(enum.StrEnum):
    """How an expert came to a question."""

    INVITED = "invited"
    ASSIGNED = "assigned"
    VOLUNTEERED = "volunteered"


class Invitation(Model):
    """An expert is asked to look at a question, or took it; one row for each of the two, whatever became of it.

    `note` is what the caller wants to say with it. It is open until `done_at`, when the expert answered or the question
    was solved, or until it was declined for a reason.
    """

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"))
    expert_id: Mapped[int] = person_key(Erasure.DELETED)
    called_by_id: Mapped[int] = person_key(Erasure.DELETED, index=True)
    calling: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(300), default="")
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    taken_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    declined_because: Mapped[str] = mapped_column(String(300), default="")
    done_at: Mapped[datetime | None]

    question: Mapped[Question] = relationship(lazy="raise")
    expert: Mapped[Person] = relationship(lazy="raise", foreign_keys=[expert_id])
    called_by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[called_by_id])

    __table_args__ = (
        UniqueConstraint("question_id", "expert_id"),
        Index("ix_invitations_expert_id_done_at_made_at", "expert_id", "done_at", "made_at"),
    )

    @property
    def is_open(self) -> bool:
        """True while somebody waits for the expert."""
        return self.done_at is None and self.declined_at is None


class ReplyTemplate(Model):
    """A text that an expert uses again and again; a shared one is everybody's on the desk."""

    __tablename__ = "reply_templates"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = person_key(Erasure.KEPT, index=True)
    title: Mapped[str] = mapped_column(String(80))
    body: Mapped[str] = mapped_column(Text)
    shared: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)

    owner: Mapped[Person] = relationship(lazy="raise")


class Greeting(Model):
    """Somebody asked here for the first time, and a named person is to welcome them; open until `greeted_at`."""

    __tablename__ = "greetings"

    person_id: Mapped[int] = person_key(Erasure.DELETED, primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), unique=True)
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    greeted_at: Mapped[datetime | None] = mapped_column(index=True)
    greeted_by_id: Mapped[int | None] = person_key(Erasure.EMPTIED, nullable=True, index=True)
    words: Mapped[str] = mapped_column(String(500), default="")

    person: Mapped[Person] = relationship(lazy="raise", foreign_keys=[person_id])
    question: Mapped[Question] = relationship(lazy="raise")
    greeted_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[greeted_by_id])
