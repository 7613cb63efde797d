"""Tables of questions and their answers."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

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


class Question(Post):
    """A question. `answer_count` and the last activity are kept by the actions that change them."""

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

    tags: Mapped[list[Tag]] = relationship(secondary=question_tags, lazy="selectin", order_by=Tag.name)
    product: Mapped[Product | None] = relationship(lazy="raise")
    last_activity_by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[last_activity_by_id])

    __mapper_args__ = {"polymorphic_identity": "question", "inherit_condition": id == Post.id}
    __table_args__ = (
        Index("ix_questions_asked_at_id", "asked_at", "id"),
        Index("ix_questions_last_activity_at_id", "last_activity_at", "id"),
        Index("ix_questions_answer_count_asked_at_id", "answer_count", "asked_at", "id"),
        Index("ix_questions_accepted_at_id", "accepted_at", "id"),
    )

    @property
    def is_solved(self) -> bool:
        return self.accepted_answer_id is not None

    @property
    def thread_id(self) -> int:
        return self.id

    def revised_facts(self) -> dict[str, str]:
        return {"title": self.title, "tags": " ".join(tag.name for tag in self.tags)}


class Answer(Post):
    """An answer to one question. Whether it is accepted stands in the question alone."""

    __tablename__ = "answers"

    id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), index=True)

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
