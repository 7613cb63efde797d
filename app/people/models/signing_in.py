"""How people sign in, and the browsers they are signed in with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import clock
from app.kernel.db import Model
from app.people.models.person import Erasure, person_key


class Identity(Model):
    """Somebody as a company's own sign-in knows them (OpenID Connect): the pair of issuer and subject, nothing else.

    `roles` are those that came by claims, separated by spaces: they go when the claims do. `tokens` is sealed JSON of
    what asks the issuer whether the person is still there; it last answered at `checked_at`, is being asked until
    `asking_until` at the latest, and has been silent since `unanswered_since`. Once it says that the person is gone,
    `ended_at` is set until it lets them in again.
    """

    __tablename__ = "identities"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = person_key(Erasure.DELETED, index=True)
    issuer: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    roles: Mapped[str] = mapped_column(String(80), default="")
    tokens: Mapped[str | None] = mapped_column(Text)
    linked_at: Mapped[datetime] = mapped_column(default=clock.now)
    used_at: Mapped[datetime] = mapped_column(default=clock.now)
    checked_at: Mapped[datetime] = mapped_column(default=clock.now)
    asking_until: Mapped[datetime | None]
    unanswered_since: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("issuer", "subject"),)


class UsedToken(Model):
    """Something that works once (an authorization code, a logout token) was used: kept until it is too old anyway."""

    __tablename__ = "used_tokens"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    until: Mapped[datetime] = mapped_column(index=True)


class SignIn(Model):
    """Somebody signed in: when, how, with which kind of browser, and from which network (a keyed hash of it)."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = person_key(Erasure.DELETED)
    at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    way: Mapped[str] = mapped_column(String(20))
    browser: Mapped[str] = mapped_column(String(80), default="")
    network: Mapped[str] = mapped_column(String(64), default="")

    __table_args__ = (Index("ix_sign_ins_person_id_at", "person_id", "at"),)


class StoredSession(Model):
    """One browser that is signed in, or is about to be. The cookie holds a random id, this row only its hash."""

    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    id_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int | None] = person_key(Erasure.DELETED, nullable=True, index=True)
    data: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)
    # Which kind of browser it is, for the person's own list, and the mark of the network it was last used from; and
    # the company sign-in it came by, if it did.
    browser: Mapped[str] = mapped_column(String(80), default="")
    network: Mapped[str] = mapped_column(String(64), default="")
    identity_id: Mapped[int | None] = mapped_column(
        ForeignKey("identities.id", ondelete="CASCADE", name="fk_sessions_identity_id_identities"), index=True
    )


class RateCount(Model):
    """How often something was tried in one window of time; in the database so that a restart forgets nothing."""

    __tablename__ = "rate_counts"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(160))
    window_start: Mapped[datetime] = mapped_column(index=True)
    count: Mapped[int] = mapped_column(default=0)

    __table_args__ = (UniqueConstraint("key", "window_start"),)


class IdempotencyKey(Model):
    """A form that was sent once; sent again, it leads to what the first one made.

    `made` is the address of that and, after a space, a mark of what was sent; older rows have no mark.
    """

    __tablename__ = "idempotency_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = person_key(Erasure.DELETED)
    key: Mapped[str] = mapped_column(String(64))
    made: Mapped[str] = mapped_column(String(300), default="")
    used_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)

    __table_args__ = (UniqueConstraint("person_id", "key"),)
