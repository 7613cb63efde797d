"""Tables of customer companies ("account" is the sales word)."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel import clock
from app.kernel.db import Model, db
from app.people.models import Erasure, person_key


class SizeBand(enum.StrEnum):
    """How many people a company employs, roughly."""

    XS = "xs"
    S = "s"
    M = "m"
    L = "l"
    XL = "xl"


# The middle of each band, in people.
EMPLOYEES = {SizeBand.XS: 25, SizeBand.S: 250, SizeBand.M: 2_500, SizeBand.L: 25_000, SizeBand.XL: 100_000}


class Status(enum.StrEnum):
    """What a company is to us. Partners stand in no portfolio."""

    CUSTOMER = "customer"
    PARTNER = "partner"


class Source(enum.StrEnum):
    """How somebody came to belong to an account."""

    DOMAIN = "domain"
    ADMIN = "admin"


class Account(Model):
    """A customer company."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts.id", ondelete="SET NULL", name="fk_accounts_parent_id_accounts"), index=True
    )
    status: Mapped[str] = mapped_column(String(10), default=Status.CUSTOMER)
    size_band: Mapped[str | None] = mapped_column(String(2))
    crm_id: Mapped[str | None] = mapped_column(String(60), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    domains: Mapped[list[AccountDomain]] = relationship(
        back_populates="account", lazy="raise", cascade="all, delete-orphan"
    )

    @property
    def employees(self) -> int | None:
        """People employed: the middle of the size band, or None where it is not known."""
        return EMPLOYEES[SizeBand(self.size_band)] if self.size_band else None


class AccountDomain(Model):
    """A mail domain whose verified addresses belong to an account. With `subdomains`, theirs do too."""

    __tablename__ = "account_domains"

    domain: Mapped[str] = mapped_column(String(255), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    subdomains: Mapped[bool] = mapped_column(default=False)
    added_at: Mapped[datetime] = mapped_column(default=clock.now)

    account: Mapped[Account] = relationship(back_populates="domains")


class Membership(Model):
    """Somebody belongs to an account for a time. `until` is None while it lasts."""

    __tablename__ = "memberships"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = person_key(Erasure.DELETED)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    source: Mapped[str] = mapped_column(String(20), default=Source.DOMAIN)
    # Why an admin set it by hand; the person reads it too.
    reason: Mapped[str] = mapped_column(String(200), default="")

    account: Mapped[Account] = relationship()

    __table_args__ = (
        Index(
            "uq_memberships_person_id_current",
            "person_id",
            unique=True,
            sqlite_where=db.text("until IS NULL"),
            postgresql_where=db.text("until IS NULL"),
        ),
        Index("ix_memberships_person_id_since", "person_id", "since"),
    )


class SharedDomain(Model):
    """A mail domain that an admin says belongs to many: of a university, or of whoever sells connections."""

    __tablename__ = "shared_domains"

    domain: Mapped[str] = mapped_column(String(255), primary_key=True)
    reason: Mapped[str] = mapped_column(String(200), default="")
    added_at: Mapped[datetime] = mapped_column(default=clock.now)


class Apart(enum.StrEnum):
    """Why somebody belongs to no account, whatever their address says."""

    CONTRACTOR = "contractor"
    LEFT = "left"


class KeptApart(Model):
    """Somebody who belongs to no account: a contractor of ours, or a member who said that the company is not theirs."""

    __tablename__ = "kept_apart"

    person_id: Mapped[int] = person_key(Erasure.DELETED, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    # Why an admin set it; the person reads it too.
    reason: Mapped[str] = mapped_column(String(200), default="")
    since: Mapped[datetime] = mapped_column(default=clock.now)


class Ownership(enum.StrEnum):
    """Who looks after an account, and who stands in."""

    OWNER = "owner"
    BACKUP = "backup"


class SalesLead(Model):
    """A sales person leads another one for a time, and so reads about the accounts of both.

    `until` is None while it lasts.
    """

    __tablename__ = "sales_leads"

    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = person_key(Erasure.DELETED)
    person_id: Mapped[int] = person_key(Erasure.DELETED, index=True)
    since: Mapped[datetime] = mapped_column(default=clock.now)
    until: Mapped[datetime | None]

    __table_args__ = (Index("ix_sales_leads_lead_id_person_id", "lead_id", "person_id"),)


class AccountOwner(Model):
    """A sales person looks after an account for a time. `until` is None while it lasts."""

    __tablename__ = "account_owners"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = person_key(Erasure.DELETED)
    role: Mapped[str] = mapped_column(String(10), default=Ownership.OWNER)
    since: Mapped[datetime] = mapped_column(default=clock.now)
    until: Mapped[datetime | None]

    __table_args__ = (Index("ix_account_owners_person_id_until", "person_id", "until"),)
