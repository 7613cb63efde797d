"""Tables of people: who they are, what they may do, and how they sign in."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from flask_security import RoleMixin, UserMixin
from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.kernel import clock
from app.kernel.db import Model
from app.people import names
from app.people.addresses import Sealed, SealedAddress, seal


class Role(enum.StrEnum):
    """What a person may be. One person may hold several."""

    EXPERT = "expert"
    STEWARD = "steward"
    SALES = "sales"
    ADMIN = "admin"


# The role a name tag shows when somebody holds several.
SHOWN_FIRST = (Role.EXPERT, Role.STEWARD, Role.ADMIN, Role.SALES)
MEMBER = "member"


class Erasure(enum.StrEnum):
    """What becomes of a row when the person it points to is erased."""

    DELETED = "deleted"
    KEPT = "kept, under a former member"
    EMPTIED = "emptied"


def person_key(erasure: Erasure, *, nullable: bool = False, **options: Any) -> Mapped[Any]:
    """A foreign key to a person; every one of them says what erasing that person does to the row."""
    key = ForeignKey("people.id")
    return mapped_column(key, nullable=nullable, info={"erasure": erasure.value}, **options)


class Person(Model, UserMixin):
    """A member or an employee: always a person, never a team."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    handle: Mapped[str] = mapped_column(String(30))
    handle_skeleton: Mapped[str] = mapped_column(String(30), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    name_skeleton: Mapped[str] = mapped_column(String(names.LONGEST_SKELETON), index=True)
    email: Mapped[Sealed | None] = mapped_column(SealedAddress, unique=True)  # type: ignore[assignment]
    email_domain: Mapped[str | None] = mapped_column(String(255), index=True)
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    joined_at: Mapped[datetime] = mapped_column(default=clock.now)
    confirmed_at: Mapped[datetime | None]
    job_title: Mapped[str] = mapped_column(String(80), default="")
    about: Mapped[str] = mapped_column(Text, default="")
    photo: Mapped[str | None] = mapped_column(String(80))
    away_until: Mapped[datetime | None]
    away_note: Mapped[str] = mapped_column(String(200), default="")
    # Whether the person's page names the company they belong to. Employees' pages always do.
    company_shown: Mapped[bool] = mapped_column(default=True)

    roles_held: Mapped[list[PersonRole]] = relationship(lazy="selectin", cascade="all, delete-orphan")

    @validates("name")
    def _keep_skeleton(self, key: str, name: str) -> str:
        self.name_skeleton = names.skeleton(name)
        return name

    @validates("email")
    def _seal(self, key: str, address: str | None) -> Sealed | None:
        return None if address is None else seal(address)

    @property
    def roles(self) -> list[PersonRole]:  # type: ignore[override]
        """The name Flask-Security looks for."""
        return self.roles_held

    @property
    def role_names(self) -> frozenset[str]:
        return frozenset(held.role for held in self.roles_held)

    def holds(self, *roles: Role) -> bool:
        """True when the person holds at least one of `roles`."""
        return not self.role_names.isdisjoint(roles)

    @property
    def is_employee(self) -> bool:
        return bool(self.roles_held)

    @property
    def is_expert(self) -> bool:
        return self.holds(Role.EXPERT)

    @property
    def is_away(self) -> bool:
        """True until the morning of `away_until`, on which the person is back."""
        return self.away_until is not None and self.away_until > clock.now()

    @property
    def shown_role(self) -> str:
        """The one role a name tag names, or "member"."""
        return next((role.value for role in SHOWN_FIRST if role in self.role_names), MEMBER)

    @property
    def first_name(self) -> str:
        return self.name.split()[0]

    @property
    def initials(self) -> str:
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

    @property
    def photo_url(self) -> str | None:
        return f"/photos/{self.photo}" if self.photo else None

    @property
    def can_sign_in(self) -> bool:
        """Imported authors have no address, so nobody can sign in as them."""
        return self.active and self.email is not None


class PersonRole(Model, RoleMixin):
    """One role held by one person."""

    __tablename__ = "people_roles"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = person_key(Erasure.DELETED)
    role: Mapped[str] = mapped_column(String(20))

    __table_args__ = (UniqueConstraint("person_id", "role"),)

    @property
    def name(self) -> str:  # type: ignore[override]
        """The name Flask-Security looks for."""
        return self.role


class StoredSession(Model):
    """One browser that is signed in, or is about to be. The cookie holds a random id, this row only its hash."""

    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    id_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int | None] = person_key(Erasure.DELETED, nullable=True, index=True)
    data: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)


class Letter(Model):
    """A mail to be sent to one person: a kind from a closed list, never an address, never free text."""

    __tablename__ = "letters"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = person_key(Erasure.DELETED)
    kind: Mapped[str] = mapped_column(String(30))
    details: Mapped[str] = mapped_column(Text, default="{}")
    written_at: Mapped[datetime] = mapped_column(default=clock.now)
    due_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)


class RateCount(Model):
    """How often something was tried in one window of time; in the database so that a restart forgets nothing."""

    __tablename__ = "rate_counts"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(160))
    window_start: Mapped[datetime] = mapped_column(index=True)
    count: Mapped[int] = mapped_column(default=0)

    __table_args__ = (UniqueConstraint("key", "window_start"),)


class IdempotencyKey(Model):
    """A form that was sent once; sent again, it leads to what the first one made."""

    __tablename__ = "idempotency_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = person_key(Erasure.DELETED)
    key: Mapped[str] = mapped_column(String(64))
    made: Mapped[str] = mapped_column(String(300), default="")
    used_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)

    __table_args__ = (UniqueConstraint("person_id", "key"),)
