"""Tables of what the talk is about."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel import clock
from app.kernel.db import Model
from app.people.models import Erasure, Person, person_key


class Tag(Model):
    """A topic. `question_count` counts the questions that are not deleted."""

    __tablename__ = "tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(35), unique=True)
    description: Mapped[str] = mapped_column(String(300), default="")
    question_count: Mapped[int] = mapped_column(default=0, index=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("tags.id", ondelete="SET NULL", name="fk_tags_parent_id_tags"), index=True
    )
    # What the form for a question on this topic asks for, in Markdown.
    question_template: Mapped[str] = mapped_column(Text, default="")


class TagSynonym(Model):
    """Another name of a tag: its former one, or one that people type for it."""

    __tablename__ = "tag_synonyms"

    name: Mapped[str] = mapped_column(String(35), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id", ondelete="CASCADE"), index=True)
    added_at: Mapped[datetime] = mapped_column(default=clock.now)


class TagSteward(Model):
    """An employee who looks after a topic, shown there by name."""

    __tablename__ = "tag_stewards"

    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = person_key(Erasure.DELETED, primary_key=True, index=True)
    since: Mapped[datetime] = mapped_column(default=clock.now)

    person: Mapped[Person] = relationship(lazy="raise")


class Product(Model):
    """Something the company makes, or, with a `vendor`, something of another maker that its customers use beside it."""

    __tablename__ = "products"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    vendor: Mapped[str] = mapped_column(String(80), default="")
    description: Mapped[str] = mapped_column(String(300), default="")

    versions: Mapped[list[ProductVersion]] = relationship(
        back_populates="product", lazy="raise", cascade="all, delete-orphan", order_by="ProductVersion.id"
    )


class ProductVersion(Model):
    """A version that readers can choose; they may also type another one."""

    __tablename__ = "product_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(40))
    released_on: Mapped[date | None]
    end_of_life_on: Mapped[date | None]

    product: Mapped[Product] = relationship(back_populates="versions")

    __table_args__ = (UniqueConstraint("product_id", "name"),)
