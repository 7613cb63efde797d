"""Tables of meetings with experts: the times they offer, and who asked for them."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel import clock
from app.kernel.db import Model
from app.people.models import Erasure, Person, person_key


class Occasion(enum.StrEnum):
    """Where people meet."""

    TRADE_SHOW = "trade_show"
    BRIEFING = "briefing"
    OFFICE_HOUR = "office_hour"


class Standing(enum.StrEnum):
    """How things stand with a request."""

    ASKED = "asked"
    WAITING = "waiting"
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class MeetingSlot(Model):
    """A time that an expert offers, at a place or on line, for one or several people.

    `time_zone` is where it takes place: hours are typed and shown there, and kept in UTC.
    `seats_taken` counts the accepted requests that are for this very time.
    """

    __tablename__ = "meeting_slots"

    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = person_key(Erasure.DELETED)
    occasion: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(120))
    # Hall and stand, or the address of the centre; on line there is none.
    place: Mapped[str] = mapped_column(String(200), default="")
    # The address of the call: for the expert, and for whoever has a seat.
    call_url: Mapped[str] = mapped_column(String(300), default="")
    note: Mapped[str] = mapped_column(String(500), default="")
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    time_zone: Mapped[str] = mapped_column(String(64))
    capacity: Mapped[int] = mapped_column(default=1)
    seats_taken: Mapped[int] = mapped_column(default=0)
    # Whether whoever asks first has a seat at once, without a word of the expert.
    first_come: Mapped[bool] = mapped_column(default=False)
    offered_at: Mapped[datetime] = mapped_column(default=clock.now)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_because: Mapped[str] = mapped_column(String(300), default="")

    expert: Mapped[Person] = relationship(lazy="raise")

    __table_args__ = (
        CheckConstraint("capacity >= 1", name="capacity"),
        Index("ix_meeting_slots_expert_id_starts_at", "expert_id", "starts_at"),
    )


class MeetingRequest(Model):
    """A member asks to meet an expert, with a sentence why; one for each slot, whatever becomes of it.

    `starts_at` and `ends_at` are the slot's until the expert proposes another time. `change` counts what calendars
    must hear of (the SEQUENCE of RFC 5545). `account_id` is the member's company of the day they asked.
    """

    __tablename__ = "meeting_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("meeting_slots.id", ondelete="CASCADE"))
    person_id: Mapped[int] = person_key(Erasure.DELETED)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"), index=True)
    why: Mapped[str] = mapped_column(String(500))
    standing: Mapped[str] = mapped_column(String(20), default=Standing.ASKED)
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    # When the standing last changed, and by whom: by nobody where a seat came by itself.
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = person_key(Erasure.EMPTIED, nullable=True)
    reason: Mapped[str] = mapped_column(String(300), default="")
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    change: Mapped[int] = mapped_column(default=0)
    reminded_at: Mapped[datetime | None]
    # What came of it, each in their own words; the member alone says whether it counts for their company.
    expert_note: Mapped[str] = mapped_column(String(1_000), default="")
    member_note: Mapped[str] = mapped_column(String(1_000), default="")
    counted_at: Mapped[datetime | None]

    slot: Mapped[MeetingSlot] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise", foreign_keys=[person_id])

    __table_args__ = (
        UniqueConstraint("slot_id", "person_id"),
        Index("ix_meeting_requests_person_id_starts_at", "person_id", "starts_at"),
        CheckConstraint(
            "standing IN ('asked', 'waiting', 'proposed', 'accepted', 'declined', 'withdrawn')", name="standing"
        ),
    )
