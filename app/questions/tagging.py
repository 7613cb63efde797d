"""Taking one topic into another: its questions, its names and what belongs to it. The caller holds the transaction."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, delete, or_, select, update

from app.kernel import counters, events
from app.kernel.db import db
from app.kernel.errors import RuleBroken
from app.people.models import Person
from app.questions.counters import OF_TAGS
from app.questions.models import Question, question_tags
from app.questions.queries import visible_to
from app.topics import queries as topics
from app.topics import rules
from app.topics.events import TagRenamed
from app.topics.models import Tag, TagSynonym


def tags_met_by(viewer: Person | None) -> Select[Tag]:
    """Every tag that has a page for `viewer`: one that is open to them, or one of a question that they may see."""
    tagged = visible_to(viewer).join(question_tags, question_tags.c.question_id == Question.id)
    met = tagged.where(question_tags.c.tag_id == Tag.id).with_only_columns(Question.id).correlate(Tag).exists()
    is_open = Tag.id.in_(topics.tags_open_to(viewer).with_only_columns(Tag.id))
    return select(Tag).where(or_(is_open, met))


def names_met_by(viewer: Person | None, names: Collection[str]) -> set[str]:
    """Those of these names (already clean) by which `viewer` can meet a tag: its own name or a synonym."""
    met = tags_met_by(viewer)
    own = db.session.scalars(met.where(Tag.name.in_(names)).with_only_columns(Tag.name))
    others = select(TagSynonym.name).where(TagSynonym.name.in_(names))
    return {*own, *db.session.scalars(others.where(TagSynonym.tag_id.in_(met.with_only_columns(Tag.id))))}


def take_in(tag: Tag, other: Tag, *, by: Person) -> None:
    """Make `other` another name of `tag`: its questions come over, and what led to it leads to `tag`.

    Raises NotAllowed for anybody but the stewards of the whole site, RuleBroken for a topic and itself.
    """
    rules.check_can_name_stewards(by)
    if tag.id == other.id:
        raise RuleBroken("Choose another topic than this one.")
    _lock(tag, other)
    _move_questions(other, tag)
    name = other.name
    db.session.execute(update(TagSynonym).where(TagSynonym.tag_id == other.id).values(tag_id=tag.id))
    above = topics.ancestors_of(tag)
    parts = update(Tag).where(Tag.parent_id == other.id)
    db.session.execute(parts.where(Tag.id.not_in(above)).values(parent_id=tag.id))
    # What `tag` itself is part of cannot become a part of it.
    db.session.execute(parts.where(Tag.id.in_(above)).values(parent_id=other.parent_id))
    db.session.refresh(tag, ["parent_id"])
    tag.description = tag.description or other.description
    tag.question_template = tag.question_template or other.question_template
    db.session.delete(other)
    db.session.flush()
    db.session.add(TagSynonym(name=name, tag_id=tag.id))
    db.session.flush()
    counters.recount(OF_TAGS, tag.id)
    db.session.refresh(tag, ["question_count"])
    events.record(TagRenamed(tag_id=tag.id))


def _lock(*tags: Tag) -> None:
    """In the order of their ids, as everywhere: two people who take the same topics in wait for one another."""
    for tag in sorted(tags, key=lambda one: one.id):
        db.session.execute(select(Tag.id).where(Tag.id == tag.id).with_for_update())
        db.session.refresh(tag)


def _move_questions(source: Tag, target: Tag) -> None:
    have_both = select(question_tags.c.question_id).where(question_tags.c.tag_id == target.id)
    of_source = question_tags.c.tag_id == source.id
    db.session.execute(delete(question_tags).where(of_source, question_tags.c.question_id.in_(have_both)))
    db.session.execute(update(question_tags).where(of_source).values(tag_id=target.id))
