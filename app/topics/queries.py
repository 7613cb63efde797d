"""Reading topics."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from app.kernel.db import db
from app.topics.models import Product, Tag, TagSynonym


def tag_named(name: str) -> Select[Tag]:
    return select(Tag).where(Tag.name == name.lower())


def popular_tags(limit: int = 12) -> Sequence[Tag]:
    """The tags with the most questions."""
    return db.session.scalars(
        select(Tag).where(Tag.question_count > 0).order_by(Tag.question_count.desc(), Tag.name).limit(limit)
    ).all()


def tags_beginning(prefix: str, limit: int) -> list[tuple[Tag, str]]:
    """The tags in public use that are called something that begins with `prefix`, each with that name of it.

    That is its own name or a synonym. The tags with the most questions come first.
    """
    used = Tag.question_count > 0
    own = select(Tag, Tag.name).where(used, Tag.name.startswith(prefix.lower(), autoescape=True))
    other = select(Tag, TagSynonym.name).join(TagSynonym, TagSynonym.tag_id == Tag.id)
    other = other.where(used, TagSynonym.name.startswith(prefix.lower(), autoescape=True))
    order = (Tag.question_count.desc(), Tag.name)
    found: dict[int, tuple[Tag, str]] = {}
    for rows in (own, other):
        for tag, name in db.session.execute(rows.order_by(*order).limit(limit)):
            found.setdefault(tag.id, (tag, name))
    return sorted(found.values(), key=lambda pair: (-pair[0].question_count, pair[0].name))[:limit]


def all_products() -> Sequence[Product]:
    """Every product with its versions, by name."""
    return db.session.scalars(select(Product).options(selectinload(Product.versions)).order_by(Product.name)).all()


def templates_of(names: Sequence[str]) -> Sequence[Tag]:
    """Those of these tags that say what a question about them should tell."""
    if not names:
        return []
    rows = select(Tag).where(Tag.name.in_([name.lower() for name in names]), Tag.question_template != "")
    return db.session.scalars(rows.order_by(Tag.name)).all()


def product_with_slug(slug: str) -> Select[Product]:
    return select(Product).where(Product.slug == slug)
