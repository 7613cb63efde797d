"""Tables of what members ask of sales."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.kernel import clock
from app.kernel.db import Model
from app.people.models import Erasure, Person, person_key


class Wish(enum.StrEnum):
    """What a member asks for."""

    INTRODUCE = "introduce"
    CALL = "call"
    MEET = "meet"


class Outcome(enum.StrEnum):
    """How a request ended; the member reads it."""

    SPOKE = "spoke"
    NOT_REACHED = "not reached"
    NOT_OURS = "not ours"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Introduction(Model):
    """A member asks to be introduced, called or met. Nobody can ask them to.

    `contact` is how they want to be reached, in their own words, sealed; emptied once the request has ended.
    """

    __tablename__ = "introductions"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = person_key(Erasure.DELETED, index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    wish: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(String(1000))
    # Where to meet: a trade show, a place, a date, in the member's words.
    place: Mapped[str] = mapped_column(String(120), default="")
    contact: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    good_until: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(20), default="")
    outcome_words: Mapped[str] = mapped_column(String(500), default="")
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = person_key(Erasure.KEPT, nullable=True)

    person: Mapped[Person] = relationship(lazy="raise", foreign_keys=[person_id])
    ended_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[ended_by_id])
    account: Mapped[Account | None] = relationship(lazy="raise")

    __table_args__ = (Index("ix_introductions_account_id_ended_at", "account_id", "ended_at"),)
