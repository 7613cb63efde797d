"""What can be done with topics and products. The caller holds the write transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from app.kernel import events
from app.kernel.db import db
from app.kernel.errors import RuleBroken
from app.kernel.turns import take_turn
from app.people import audit
from app.people.models import Person
from app.topics import queries, rules
from app.topics.events import TagRenamed
from app.topics.models import Product, ProductVersion, Tag, TagSteward, TagSynonym

PRODUCTS = "products"


@dataclass(frozen=True, kw_only=True)
class TopicText:
    """What is said about a topic: its name, description, template, other names, and the topic it is part of."""

    name: str
    description: str = ""
    question_template: str = ""
    synonyms: Sequence[str] = ()
    parent: str = ""


@dataclass(frozen=True, kw_only=True)
class Version:
    """A version of a product, with the days it came out and ends, as far as they are known."""

    name: str
    released_on: date | None = None
    end_of_life_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class ProductText:
    """What is said about a product; without a vendor it is the company's own."""

    name: str
    vendor: str = ""
    description: str = ""
    versions: Sequence[Version] = ()


def tags_named(names: Sequence[str]) -> list[Tag]:
    """The distinct tags called `names` (already clean), made where they are new; a synonym leads to its tag."""
    main = {
        name: tag
        for name, tag in db.session.execute(
            select(TagSynonym.name, Tag).join(Tag, Tag.id == TagSynonym.tag_id).where(TagSynonym.name.in_(names))
        )
    }
    found = {tag.name: tag for tag in db.session.scalars(select(Tag).where(Tag.name.in_(names)))} | main
    # Sorted, so that two people who bring the same new tags wait for one another in the same order.
    for name in sorted(set(names) - found.keys()):
        found[name] = _new_tag(name)
    return list(dict.fromkeys(found[name] for name in names))


def count_questions(tag_ids: Iterable[int], change: int) -> None:
    """Add `change` to the number of questions of each of these tags."""
    # Sorted, so that two people retagging at once lock the rows in the same order.
    for tag_id in sorted(tag_ids):
        db.session.execute(update(Tag).where(Tag.id == tag_id).values(question_count=Tag.question_count + change))


def edit_tag(tag: Tag, text: TopicText, *, by: Person) -> None:
    """Say something else about a topic. Raises RuleBroken for names that are taken and for a circle of parents."""
    take_turn("names of topics", 0)
    _lock(tag)
    rules.check_can_edit_tag(by, queries.stewards_of([tag.id]).get(tag.id, []))
    former = _rename(tag, rules.clean_tag(text.name))
    tag.description = " ".join(text.description.split())[: rules.LONGEST_DESCRIPTION]
    tag.question_template = text.question_template.replace("\r\n", "\n").strip()[: rules.LONGEST_TEMPLATE]
    _set_parent(tag, text.parent)
    _set_synonyms(tag, rules.clean_synonyms([*text.synonyms, *former], tag.name))


def name_stewards(tag: Tag, people: Sequence[Person], *, by: Person) -> None:
    """Say who looks after a topic."""
    _lock(tag)
    rules.check_can_name_stewards(by)
    rules.check_stewards(people)
    wanted = {person.id for person in people}
    held = set(db.session.scalars(select(TagSteward.person_id).where(TagSteward.tag_id == tag.id)))
    gone = TagSteward.tag_id == tag.id, TagSteward.person_id.in_(held - wanted)
    db.session.execute(delete(TagSteward).where(*gone))
    db.session.add_all(TagSteward(tag_id=tag.id, person_id=person_id) for person_id in sorted(wanted - held))
    handles = " ".join(sorted(person.handle for person in people))
    audit.note("topics.stewards_named", by=by, topic=tag.name, stewards=handles)


def add_product(text: ProductText, *, by: Person) -> Product:
    """A product that questions can be about. Raises RuleBroken for a name that is taken."""
    rules.check_can_keep_products(by)
    take_turn(PRODUCTS, 0)
    name = _product_name(text.name)
    product = Product(name=name, slug=_free_slug(rules.slug_of(name)))
    db.session.add(product)
    _say_about(product, text)
    return product


def edit_product(product: Product, text: ProductText, *, by: Person) -> None:
    """Say something else about a product; its address stays. Versions that are not named any more are taken away."""
    rules.check_can_keep_products(by)
    take_turn(PRODUCTS, 0)
    product.name = _product_name(text.name, but=product.id)
    _say_about(product, text)


def _lock(tag: Tag) -> None:
    db.session.execute(select(Tag.id).where(Tag.id == tag.id).with_for_update())
    db.session.refresh(tag)


def _new_tag(name: str) -> Tag:
    """A new tag; the one of somebody else who was quicker."""
    tag = Tag(name=name)
    try:
        with db.session.begin_nested():
            db.session.add(tag)
        return tag
    except IntegrityError:
        return db.session.scalars(select(Tag).where(Tag.name == name)).one()


def _rename(tag: Tag, name: str) -> list[str]:
    """Give a tag another name. Returns the former one, which is to lead to it from now on."""
    former = tag.name
    if name == former:
        return []
    if db.session.scalar(select(Tag.id).where(Tag.name == name)) is not None:
        raise RuleBroken(_is_there(name))
    if queries.main_name_of(name) not in {None, tag.name}:
        raise RuleBroken(f"{name} is another name of {queries.main_name_of(name)} already.")
    db.session.execute(delete(TagSynonym).where(TagSynonym.name == name))
    try:
        with db.session.begin_nested():
            tag.name = name
    except IntegrityError as error:
        # Somebody has just asked a question on it.
        raise RuleBroken(_is_there(name)) from error
    events.record(TagRenamed(tag_id=tag.id))
    return [former]


def _is_there(name: str) -> str:
    return f"There is a topic {name} already. Make this one another name of it instead."


def _set_parent(tag: Tag, name: str) -> None:
    if not name.strip():
        tag.parent_id = None
        return
    wanted = rules.clean_tag(name)
    parent = db.session.scalars(select(Tag).where(Tag.name == (queries.main_name_of(wanted) or wanted))).first()
    if parent is None:
        raise RuleBroken(f"There is no topic {wanted} yet that this one could be part of.")
    rules.check_parent(tag, queries.ancestors_of(parent))
    tag.parent_id = parent.id


def _set_synonyms(tag: Tag, names: Sequence[str]) -> None:
    """A name that is a topic itself, or leads to another one, is refused: taking topics together is a deed apart."""
    taken = db.session.scalars(select(Tag.name).where(Tag.name.in_(names))).all()
    if taken:
        raise RuleBroken(f"{taken[0]} is a topic of its own. Take it in first, then it leads here by itself.")
    others = select(TagSynonym.name).where(TagSynonym.name.in_(names), TagSynonym.tag_id != tag.id)
    elsewhere = db.session.scalars(others).first()
    if elsewhere is not None:
        raise RuleBroken(f"{elsewhere} is another name of {queries.main_name_of(elsewhere)} already.")
    held = set(queries.synonyms_of(tag))
    db.session.execute(delete(TagSynonym).where(TagSynonym.name.in_(held - set(names))))
    db.session.add_all(TagSynonym(name=name, tag_id=tag.id) for name in names if name not in held)


def _product_name(typed: str, but: int | None = None) -> str:
    name = " ".join(typed.split())
    if not name or len(name) > rules.LONGEST_PRODUCT:
        raise RuleBroken(f"Give the product a name of up to {rules.LONGEST_PRODUCT} letters.")
    same = select(Product.id).where(db.func.lower(Product.name) == name.lower(), Product.id != (but or 0))
    if db.session.scalar(same) is not None:
        raise RuleBroken(f"There is a product {name} already.")
    return name


def _free_slug(slug: str) -> str:
    taken = set(db.session.scalars(select(Product.slug).where(Product.slug.startswith(slug))))
    numbered = (f"{slug[: rules.LONGEST_SLUG - 4]}-{number}" for number in range(2, len(taken) + 3))
    return slug if slug not in taken else next(one for one in numbered if one not in taken)


def _say_about(product: Product, text: ProductText) -> None:
    product.vendor = " ".join(text.vendor.split())[: rules.LONGEST_PRODUCT]
    product.description = " ".join(text.description.split())[: rules.LONGEST_DESCRIPTION]
    db.session.flush()
    wanted = {version.name: version for version in text.versions}
    rows = select(ProductVersion).where(ProductVersion.product_id == product.id)
    held = {version.name: version for version in db.session.scalars(rows)}
    for name in held.keys() - wanted.keys():
        db.session.delete(held[name])
    for name, version in wanted.items():
        rules.check_dates(version.released_on, version.end_of_life_on)
        row = held.get(name) or ProductVersion(product_id=product.id, name=name)
        row.released_on, row.end_of_life_on = version.released_on, version.end_of_life_on
        db.session.add(row)
