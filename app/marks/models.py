"""Tables of what is said of answers."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel import clock
from app.kernel.db import Model
from app.kernel.text import RenderedHtml, RenderedHtmlColumn
from app.people.models import MEMBER, Erasure, Person, person_key
from app.questions.models import Answer
from app.topics.models import Product


class MarkKind(enum.StrEnum):
    """What somebody found out about an answer."""

    WORKS = "works"
    FAILS = "fails"
    OUTDATED = "outdated"
    DANGEROUS = "dangerous"


# What warns others of an answer, and needs a sentence that says why.
DOUBTS = (MarkKind.OUTDATED, MarkKind.DANGEROUS)


class Mark(Model):
    """One person's finding about one answer, for a product and version, with the company of that day.

    An outdated or dangerous mark carries a sentence, and is settled when the author or a steward has dealt with it;
    a settled mark no longer counts.
    """

    __tablename__ = "marks"

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"))
    person_id: Mapped[int] = person_key(Erasure.DELETED, index=True)
    person_role: Mapped[str] = mapped_column(String(20), default=MEMBER)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id", ondelete="SET NULL"), index=True)
    version: Mapped[str] = mapped_column(String(40), default="")
    sentence: Mapped[str] = mapped_column(String(500), default="")
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = person_key(Erasure.EMPTIED, nullable=True)
    settled_note: Mapped[str] = mapped_column(String(500), default="")

    answer: Mapped[Answer] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise", foreign_keys=[person_id])
    product: Mapped[Product | None] = relationship(lazy="raise")
    settled_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[settled_by_id])

    __table_args__ = (
        UniqueConstraint("answer_id", "person_id", "kind"),
        CheckConstraint("kind IN ('works', 'fails', 'outdated', 'dangerous')", name="kind"),
    )

    @property
    def is_doubt(self) -> bool:
        """True for what warns others of the answer."""
        return self.kind in DOUBTS

    @property
    def is_settled(self) -> bool:
        return self.settled_at is not None


class Recommendation(Model):
    """A named expert recommends an answer, with a reason. Says nothing about whether the asker accepted it."""

    __tablename__ = "recommendations"

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"))
    expert_id: Mapped[int] = person_key(Erasure.KEPT, index=True)
    reason: Mapped[str] = mapped_column(String(500))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)

    answer: Mapped[Answer] = relationship(lazy="raise")
    expert: Mapped[Person] = relationship(lazy="raise")

    __table_args__ = (UniqueConstraint("answer_id", "expert_id"),)


class Correction(Model):
    """An author said "I was wrong". The text until then is the revision `old_revision`; it stays readable.

    `old_html` is that text as it was shown, so that the page need not render it again.
    """

    __tablename__ = "corrections"

    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True)
    old_revision: Mapped[int]
    old_html: Mapped[RenderedHtml] = mapped_column(RenderedHtmlColumn)
    reason: Mapped[str] = mapped_column(String(500))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    # Whoever pointed the mistake out, if the author thanks somebody.
    thanks_id: Mapped[int | None] = person_key(Erasure.EMPTIED, nullable=True)

    answer: Mapped[Answer] = relationship(lazy="raise")
    thanks: Mapped[Person | None] = relationship(lazy="raise")


class Thanks(Model):
    """Somebody thanks the author of an answer in their own words, with the company of that day."""

    __tablename__ = "thanks"

    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = person_key(Erasure.DELETED, primary_key=True, index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"), index=True)
    words: Mapped[str] = mapped_column(String(300))
    said_at: Mapped[datetime] = mapped_column(default=clock.now)

    answer: Mapped[Answer] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")
