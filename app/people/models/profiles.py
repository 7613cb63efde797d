"""What people say of themselves, and the handles they had."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import clock
from app.kernel.db import Model
from app.people.models.person import Erasure, person_key


class ProfileLink(Model):
    """A page of somebody's own elsewhere. It has a tick only once that page was seen to link back with rel="me"."""

    __tablename__ = "profile_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = person_key(Erasure.DELETED)
    url: Mapped[str] = mapped_column(String(300))
    added_at: Mapped[datetime] = mapped_column(default=clock.now)
    checked_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    # Why the last check did not prove it, in a sentence for the person.
    problem: Mapped[str] = mapped_column(String(200), default="")

    __table_args__ = (UniqueConstraint("person_id", "url"),)


class KeptHandle(Model):
    """A handle that somebody had: it leads to them still, and nobody else can have it or one that looks like it."""

    __tablename__ = "kept_handles"

    skeleton: Mapped[str] = mapped_column(String(30), primary_key=True)
    handle: Mapped[str] = mapped_column(String(30))
    person_id: Mapped[int | None] = person_key(Erasure.EMPTIED, nullable=True, index=True)
    by_employee: Mapped[bool]
    kept_since: Mapped[datetime] = mapped_column(default=clock.now)


class HeldHandle(Model):
    """A handle chosen by somebody who registered with an address in use.

    It is held as long as it would be if the address were new and never confirmed: else whoever tries the handle again
    would learn that the address has an owner. By skeleton; whose it was is not kept.
    """

    __tablename__ = "held_handles"

    skeleton: Mapped[str] = mapped_column(String(30), primary_key=True)
    until: Mapped[datetime] = mapped_column(index=True)
