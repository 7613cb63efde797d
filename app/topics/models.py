"""Tables of what the talk is about."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel import clock
from app.kernel.db import Model


class Tag(Model):
    """A topic. `question_count` counts the questions that are not deleted."""

    __tablename__ = "tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(35), unique=True)
    description: Mapped[str] = mapped_column(String(300), default="")
    question_count: Mapped[int] = mapped_column(default=0, index=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class Product(Model):
    """Something the company makes."""

    __tablename__ = "products"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)

    versions: Mapped[list[ProductVersion]] = relationship(
        back_populates="product", lazy="raise", cascade="all, delete-orphan", order_by="ProductVersion.id"
    )


class ProductVersion(Model):
    """A version that readers can choose; they may also type another one."""

    __tablename__ = "product_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(40))

    product: Mapped[Product] = relationship(back_populates="versions")

    __table_args__ = (UniqueConstraint("product_id", "name"),)
