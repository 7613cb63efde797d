"""What can be done with topics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.kernel.db import db
from app.topics.models import Tag


def tags_named(names: Sequence[str]) -> list[Tag]:
    """The tags called `names` (already clean), made where they are new."""
    found = {tag.name: tag for tag in db.session.scalars(select(Tag).where(Tag.name.in_(names)))}
    # Sorted, so that two people who bring the same new tags wait for one another in the same order.
    for name in sorted(set(names) - found.keys()):
        found[name] = _new_tag(name)
    return [found[name] for name in names]


def count_questions(tag_ids: Iterable[int], change: int) -> None:
    """Add `change` to the number of questions of each of these tags."""
    # Sorted, so that two people retagging at once lock the rows in the same order.
    for tag_id in sorted(tag_ids):
        db.session.execute(update(Tag).where(Tag.id == tag_id).values(question_count=Tag.question_count + change))


def _new_tag(name: str) -> Tag:
    """A new tag; the one of somebody else who was quicker."""
    tag = Tag(name=name)
    try:
        with db.session.begin_nested():
            db.session.add(tag)
        return tag
    except IntegrityError:
        return db.session.scalars(select(Tag).where(Tag.name == name)).one()
