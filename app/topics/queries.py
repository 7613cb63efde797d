"""Reading topics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, func, or_, select, union_all
from sqlalchemy.orm import contains_eager, selectinload

from app.kernel.db import db
from app.people.models import Person, PersonRole, Role
from app.topics.models import Product, ProductVersion, Tag, TagSteward, TagSynonym


def tags_open_to(viewer: Person | None) -> Select[Tag]:
    """Every tag that has a page for `viewer`.

    That is one in public use, or one that somebody described. The name of any other may itself be confidential: it
    came with a question that not everybody may read, so only those who read all of them meet it.
    """
    if viewer is not None and viewer.holds(Role.EXPERT, Role.STEWARD, Role.ADMIN):
        return select(Tag)
    return select(Tag).where(or_(Tag.question_count > 0, Tag.description != ""))


def main_name_of(name: str) -> str | None:
    """What a tag is called now that somebody calls `name`; None when that is no synonym."""
    rows = select(Tag.name).join(TagSynonym, TagSynonym.tag_id == Tag.id)
    return db.session.scalar(rows.where(TagSynonym.name == name.lower()))


def synonyms_of(tag: Tag) -> Sequence[str]:
    """The other names of a tag."""
    rows = select(TagSynonym.name).where(TagSynonym.tag_id == tag.id)
    return db.session.scalars(rows.order_by(TagSynonym.name)).all()


def stewards_of(tag_ids: Iterable[int]) -> dict[int, list[Person]]:
    """Who looks after each of these topics, in one query; topics nobody looks after are left out."""
    rows = (
        select(TagSteward)
        .join(Person, Person.id == TagSteward.person_id)
        .where(TagSteward.tag_id.in_(list(tag_ids)), Person.active)
        .options(contains_eager(TagSteward.person))
        .order_by(TagSteward.since, TagSteward.person_id)
    )
    found: dict[int, list[Person]] = {}
    for steward in db.session.scalars(rows):
        found.setdefault(steward.tag_id, []).append(steward.person)
    return found


def tags_stewarded_by(person: Person) -> Sequence[Tag]:
    """The topics that somebody looks after."""
    rows = select(Tag).join(TagSteward, TagSteward.tag_id == Tag.id).where(TagSteward.person_id == person.id)
    return db.session.scalars(rows.order_by(Tag.name)).all()


def without_steward() -> Select[Tag]:
    """The topics with questions that no active employee looks after."""
    watched = select(TagSteward.tag_id).join(Person, Person.id == TagSteward.person_id)
    employed = Person.id.in_(select(PersonRole.person_id))
    return select(Tag).where(Tag.question_count > 0, Tag.id.not_in(watched.where(Person.active, employed)))


def relatives_of(tag: Tag) -> tuple[Tag | None, Sequence[Tag]]:
    """The topic that a topic is part of, and the topics in public use that are part of it."""
    parent = db.session.get(Tag, tag.parent_id) if tag.parent_id else None
    parts = select(Tag).where(Tag.parent_id == tag.id, Tag.question_count > 0)
    return parent, db.session.scalars(parts.order_by(Tag.question_count.desc(), Tag.name)).all()


def ancestors_of(tag: Tag) -> list[int]:
    """The ids of `tag`, of its parent and of all above, upwards."""
    found = [tag.id]
    while tag.parent_id is not None and tag.parent_id not in found:
        found.append(tag.parent_id)
        tag = db.session.get_one(Tag, tag.parent_id)
    return found


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
    own_ids = select(Tag.id).where(Tag.name.startswith(prefix.lower(), autoescape=True))
    own = select(Tag.id, Tag.name).where(Tag.name.startswith(prefix.lower(), autoescape=True))
    other = select(TagSynonym.tag_id, func.min(TagSynonym.name)).group_by(TagSynonym.tag_id)
    other = other.where(TagSynonym.name.startswith(prefix.lower(), autoescape=True), TagSynonym.tag_id.not_in(own_ids))
    called = union_all(own, other).subquery()
    rows = select(Tag, called.c.name).join(called, called.c.id == Tag.id).where(used)
    found = db.session.execute(rows.order_by(Tag.question_count.desc(), Tag.name).limit(limit))
    return [(tag, name) for tag, name in found]


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


def versions_of(product: Product) -> Sequence[ProductVersion]:
    """The versions of a product, the newest first as far as the dates of release are known."""
    rows = select(ProductVersion).where(ProductVersion.product_id == product.id)
    order = (ProductVersion.released_on.is_(None), ProductVersion.released_on.desc(), ProductVersion.id.desc())
    return db.session.scalars(rows.order_by(*order)).all()
