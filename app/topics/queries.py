"""Reading topics."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from app.kernel.db import db
from app.topics.models import Product, Tag


def tag_named(name: str) -> Select[Tag]:
    return select(Tag).where(Tag.name == name.lower())


def popular_tags(limit: int = 12) -> Sequence[Tag]:
    """The tags with the most questions."""
    return db.session.scalars(
        select(Tag).where(Tag.question_count > 0).order_by(Tag.question_count.desc(), Tag.name).limit(limit)
    ).all()


def all_products() -> Sequence[Product]:
    """Every product with its versions, by name."""
    return db.session.scalars(select(Product).options(selectinload(Product.versions)).order_by(Product.name)).all()


def product_with_slug(slug: str) -> Select[Product]:
    return select(Product).where(Product.slug == slug)
