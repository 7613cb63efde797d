"""Tables of opportunities, of what we agreed to call a lead, and of what touched an opportunity."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.kernel import clock
from app.kernel.db import Model
from app.people.models import Erasure, person_key


class Result(enum.StrEnum):
    """How an opportunity stands."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


class Channel(enum.StrEnum):
    """Where else a customer met us."""

    SALES = "sales"
    EVENT = "event"
    PARTNER = "partner"
    OTHER = "other"


class Opportunity(Model):
    """Something an account may buy. `amount` is in the smallest unit of the currency (cents); None where unknown."""

    __tablename__ = "opportunities"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    # One of an account has it once. Across accounts it would tell what others sell to whom, so there it may come twice.
    crm_id: Mapped[str | None] = mapped_column(String(60), index=True)
    name: Mapped[str] = mapped_column(String(120))
    amount: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3), default="EUR")
    stage: Mapped[str] = mapped_column(String(40), default="")
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    result: Mapped[str] = mapped_column(String(10), default=Result.OPEN)
    # Why it was won or lost, in a sentence; whoever closes the loop says so.
    reason: Mapped[str] = mapped_column(String(500), default="")
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)
    recorded_by_id: Mapped[int | None] = person_key(Erasure.KEPT, nullable=True)

    account: Mapped[Account] = relationship(lazy="raise")

    __table_args__ = (UniqueConstraint("account_id", "crm_id"),)


class StageChange(Model):
    """An opportunity came to another stage."""

    __tablename__ = "stage_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunities.id", ondelete="CASCADE"), index=True)
    stage: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(default=clock.now)


class OtherTouch(Model):
    """A touch of an opportunity outside this site, typed by sales. Those of the community are never typed."""

    __tablename__ = "other_touches"

    id: Mapped[int] = mapped_column(primary_key=True)
    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunities.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str] = mapped_column(String(10))
    words: Mapped[str] = mapped_column(String(120), default="")
    at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = person_key(Erasure.KEPT, nullable=True)


class KeptHistory(Model):
    """The conversations and meetings of an account, with all below it, as its last snapshot saw them.

    `deeds` is what app.outcomes.keeping writes: by whole weeks, without a person, a thread or a meeting. `is_told` is
    True where its opportunities may tell of it, and `told_until` how far they looked that last did; None if none has.
    """

    __tablename__ = "kept_histories"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    snapshot_at: Mapped[datetime]
    read_at: Mapped[datetime]
    told_until: Mapped[datetime | None]
    is_told: Mapped[bool]
    deeds: Mapped[str] = mapped_column(Text, default="[]")


class LeadDefinition(Model):
    """A version of what we call a lead. It holds once sales and marketing have signed it, two different people."""

    __tablename__ = "lead_definitions"

    id: Mapped[int] = mapped_column(primary_key=True)
    why: Mapped[str] = mapped_column(String(500), default="")
    proposed_at: Mapped[datetime] = mapped_column(default=clock.now)
    proposed_by_id: Mapped[int | None] = person_key(Erasure.KEPT, nullable=True)
    sales_by_id: Mapped[int | None] = person_key(Erasure.KEPT, nullable=True)
    sales_at: Mapped[datetime | None]
    marketing_by_id: Mapped[int | None] = person_key(Erasure.KEPT, nullable=True)
    marketing_at: Mapped[datetime | None]
    in_force_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    items: Mapped[list[LeadItem]] = relationship(
        back_populates="definition", lazy="raise", cascade="all, delete-orphan", order_by="LeadItem.place"
    )


class LeadItem(Model):
    """One thing that has to be so before we call something a lead."""

    __tablename__ = "lead_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    definition_id: Mapped[int] = mapped_column(ForeignKey("lead_definitions.id", ondelete="CASCADE"), index=True)
    place: Mapped[int]
    words: Mapped[str] = mapped_column(String(200))
    required: Mapped[bool] = mapped_column(default=True)

    definition: Mapped[LeadDefinition] = relationship(back_populates="items", lazy="raise")


class Side(enum.StrEnum):
    """Who has to agree on what we call a lead."""

    SALES = "sales"
    MARKETING = "marketing"


class LeadCheck(Model):
    """Whether one item holds for an opportunity, as one side sees it."""

    __tablename__ = "lead_checks"

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunities.id", ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("lead_items.id", ondelete="CASCADE"), primary_key=True, index=True)
    side: Mapped[str] = mapped_column(String(10), primary_key=True)
    holds: Mapped[bool]
    by_id: Mapped[int | None] = person_key(Erasure.KEPT, nullable=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)


class MarketingSigner(Model):
    """Somebody whom an admin named to sign for marketing what we call a lead."""

    __tablename__ = "marketing_signers"

    person_id: Mapped[int] = person_key(Erasure.DELETED, primary_key=True)
    named_at: Mapped[datetime] = mapped_column(default=clock.now)
