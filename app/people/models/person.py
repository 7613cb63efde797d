"""Who people are, and which roles they hold."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from flask_security import AsaList, RoleMixin, UserMixin, WebAuthnMixin
from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.ext.mutable import MutableList
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


def person_key(erasure: Erasure, *, nullable: bool = False, ondelete: str | None = None, **options: Any) -> Mapped[Any]:
    """A foreign key to a person; every one of them says what erasing that person does to the row.

    `ondelete` is what the database itself does where a person's row goes, as those do that were never confirmed.
    """
    key = ForeignKey("people.id", ondelete=ondelete)
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

    # The personal side, all of it by choice.
    interests: Mapped[str] = mapped_column(Text, default="")
    learning: Mapped[str] = mapped_column(String(200), default="")
    city: Mapped[str] = mapped_column(String(80), default="")
    works_here_since: Mapped[int | None]
    # Usual hours: an IANA time zone, minutes after midnight there, and the days as digits, 1 for Monday.
    time_zone: Mapped[str] = mapped_column(String(64), default="")
    desk_from: Mapped[int | None]
    desk_to: Mapped[int | None]
    desk_days: Mapped[str] = mapped_column(String(7), default="")
    # Whether an expert lets others see how soon they answer, and whether search engines may list the person's page.
    pace_shown: Mapped[bool] = mapped_column(default=False)
    findable: Mapped[bool] = mapped_column(default=False)
    handle_changed_at: Mapped[datetime | None]
    # The second factor, in the columns that Flask-Security looks for.
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    # The step of time of the last code that was taken: each code works once.
    tf_last_counter: Mapped[int | None]
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(  # type: ignore[assignment]
        String(64), unique=True
    )

    roles_held: Mapped[list[PersonRole]] = relationship(lazy="selectin", cascade="all, delete-orphan")
    languages: Mapped[list[PersonLanguage]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="PersonLanguage.code"
    )
    webauthn: Mapped[list[Passkey]] = relationship(  # type: ignore[assignment]
        lazy="raise", cascade="all, delete-orphan", order_by="Passkey.id"
    )

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


class PersonLanguage(Model):
    """A language somebody speaks, by its code of two or three letters (ISO 639)."""

    __tablename__ = "people_languages"

    person_id: Mapped[int] = person_key(Erasure.DELETED, primary_key=True)
    code: Mapped[str] = mapped_column(String(3), primary_key=True, index=True)


class Passkey(Model, WebAuthnMixin):
    """A passkey or security key of somebody, in the columns that Flask-Security looks for."""

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = person_key(Erasure.DELETED, index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(String(255))
    create_datetime: Mapped[datetime] = mapped_column(default=clock.now)
    lastuse_datetime: Mapped[datetime] = mapped_column(default=clock.now)
    name: Mapped[str] = mapped_column(String(64))
    usage: Mapped[str] = mapped_column(String(64))
