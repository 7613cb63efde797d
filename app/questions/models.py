"""Tables of questions and their answers."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from app.kernel.db import Model, db
from app.people.models import Erasure, Person, person_key
from app.posts.models import Post
from app.topics.models import Product, Tag

question_tags = Table(
    "question_tags",
    db.metadata,
    Column("question_id", ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id"), primary_key=True),
    Index("ix_question_tags_tag_id_question_id", "tag_id", "question_id"),
)


class Visibility(enum.StrEnum):
    """Who may read a question and all that stands below it."""

    PUBLIC = "public"
    COMPANY = "company"
    EMPLOYEES = "employees"


class Intent(enum.StrEnum):
    """What somebody asks for: help with a problem, or thoughts before a decision."""

    PROBLEM = "problem"
    THINKING = "thinking"


class CloseReason(enum.StrEnum):
    """Why a question takes no more answers."""

    DUPLICATE = "duplicate"
    MERGED = "merged"
    OFF_TOPIC = "off_topic"
    UNCLEAR = "unclear"
    TOO_BROAD = "too_broad"
    SUPPORT_CASE = "support_case"
    WITHDRAWN = "withdrawn"


class NextStep(enum.StrEnum):
    """Who has to move next in an open question; none once it is settled."""

    NONE = "none"
    NOBODY = "nobody"
    ASKER = "asker"
    EXPERT = "expert"


class Question(Post):
    """A question. `answer_count` and the last activity are kept by the actions that change them.

    `author_account_id` says whose company may read a confidential one. Times say states: `closed_at`, `locked_at`, and
    `opened_at` for a confidential question that was made public.
    """

    __tablename__ = "questions"

    id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    title: Mapped[str] = mapped_column(String(150))
    slug: Mapped[str] = mapped_column(String(80))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id", ondelete="SET NULL"), index=True)
    product_version: Mapped[str] = mapped_column(String(40), default="")
    asked_at: Mapped[datetime]
    answer_count: Mapped[int] = mapped_column(default=0)
    last_activity_at: Mapped[datetime]
    last_activity_kind: Mapped[str] = mapped_column(String(20), default="asked")
    last_activity_by_id: Mapped[int] = person_key(Erasure.KEPT)
    accepted_answer_id: Mapped[int | None] = mapped_column(
        ForeignKey("answers.id", ondelete="SET NULL", use_alter=True, name="fk_questions_accepted_answer_id_answers")
    )
    accepted_at: Mapped[datetime | None]
    visibility: Mapped[str] = mapped_column(String(20), default=Visibility.PUBLIC)
    company_withheld: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime | None]
    intent: Mapped[str] = mapped_column(String(20), default=Intent.PROBLEM)
    same_problem_people: Mapped[int] = mapped_column(default=0)
    same_problem_companies: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = person_key(Erasure.EMPTIED, nullable=True)
    close_reason: Mapped[str] = mapped_column(String(20), default="")
    close_note: Mapped[str] = mapped_column(String(500), default="")
    duplicate_of_id: Mapped[int | None] = mapped_column(
        ForeignKey("questions.id", ondelete="SET NULL", name="fk_questions_duplicate_of_id_questions"), index=True
    )
    locked_at: Mapped[datetime | None]
    locked_by_id: Mapped[int | None] = person_key(Erasure.EMPTIED, nullable=True)
    lock_note: Mapped[str] = mapped_column(String(500), default="")
    next_step: Mapped[str] = mapped_column(String(20), default=NextStep.NOBODY)
    next_step_by_id: Mapped[int | None] = person_key(Erasure.EMPTIED, nullable=True)
    next_step_since: Mapped[datetime | None]

    # The title of the question that this one leads to, where everybody may read it. Lists load it.
    original_title: Mapped[str | None] = query_expression()

    tags: Mapped[list[Tag]] = relationship(secondary=question_tags, lazy="selectin", order_by=Tag.name)
    product: Mapped[Product | None] = relationship(lazy="raise")
    involved: Mapped[list[InvolvedProduct]] = relationship(
        lazy="raise", viewonly=True, order_by="InvolvedProduct.position"
    )
    next_step_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys="Question.next_step_by_id")
    last_activity_by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[last_activity_by_id])

    __mapper_args__ = {"polymorphic_identity": "question", "inherit_condition": id == Post.id}
    __table_args__ = (
        Index("ix_questions_asked_at_id", "asked_at", "id"),
        Index("ix_questions_last_activity_at_id", "last_activity_at", "id"),
        Index("ix_questions_answer_count_asked_at_id", "answer_count", "asked_at", "id"),
        Index("ix_questions_accepted_at_id", "accepted_at", "id"),
        Index("ix_questions_next_step_next_step_since_id", "next_step", "next_step_since", "id"),
        # What was asked in confidence is a small part, and is looked for apart.
        Index("ix_questions_visibility_asked_at_id", "visibility", "asked_at", "id"),
    )

    @property
    def is_solved(self) -> bool:
        return self.accepted_answer_id is not None

    @property
    def is_public(self) -> bool:
        return self.visibility == Visibility.PUBLIC

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None

    @property
    def thread_id(self) -> int:
        return self.id

    def revised_facts(self) -> dict[str, str]:
        return {"title": self.title, "tags": " ".join(tag.name for tag in self.tags)}


class InvolvedProduct(Model):
    """One more product that a question is about: one of ours, or somebody else's under the name that was typed."""

    __tablename__ = "involved_products"

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id", ondelete="SET NULL"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    version: Mapped[str] = mapped_column(String(40), default="")


class Answer(Post):
    """An answer to one question. Whether it is accepted stands in the question alone.

    The counts are those of the marks: how many people, and how many voices (a company has one voice however many of
    its people speak, and so has each person without a company).
    """

    __tablename__ = "answers"

    id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), index=True)
    recommended_count: Mapped[int] = mapped_column(default=0)
    works_people: Mapped[int] = mapped_column(default=0)
    works_companies: Mapped[int] = mapped_column(default=0)
    works_voices: Mapped[int] = mapped_column(default=0)
    fails_people: Mapped[int] = mapped_column(default=0)
    fails_voices: Mapped[int] = mapped_column(default=0)
    outdated_voices: Mapped[int] = mapped_column(default=0)
    dangerous_voices: Mapped[int] = mapped_column(default=0)
    corrected_at: Mapped[datetime | None]
    # The other vendor's product that an honest answer recommends.
    honest_advice: Mapped[str] = mapped_column(String(80), default="")

    question: Mapped[Question] = relationship(lazy="raise", foreign_keys=[question_id])

    __mapper_args__ = {"polymorphic_identity": "answer", "inherit_condition": id == Post.id}

    @property
    def thread_id(self) -> int:
        return self.question_id


class LinkKind(enum.StrEnum):
    """What a question has to do with another: it names it, or asks the same."""

    RELATED = "related"
    DUPLICATE = "duplicate"


class QuestionLink(Model):
    """One question points to another. Readers meet the link at both ends."""

    __tablename__ = "question_links"

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True)
    related_id: Mapped[int] = mapped_column(
        ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)

    __table_args__ = (
        CheckConstraint("kind IN ('related', 'duplicate')", name="kind"),
        CheckConstraint("question_id <> related_id", name="ends"),
    )
