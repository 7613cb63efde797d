"""Bodies that an older renderer wrote, or that could only be shown as they were typed: finding and replacing them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select, update

from app.kernel.db import db
from app.kernel.text import RENDERER_VERSION, Rendered
from app.posts.models import Comment, Post

Kind = type[Post] | type[Comment]


@dataclass(frozen=True)
class Outdated:
    """A post or comment to be rendered again, with the source it had when it was read."""

    id: int
    source: str


def count(kind: Kind) -> int:
    """How many of this kind wait to be rendered again."""
    return db.session.scalar(select(func.count(kind.id)).where(_is_outdated(kind))) or 0


def batch(kind: Kind, *, after: int, limit: int) -> list[Outdated]:
    """The next `limit` of this kind that wait, by id, from the one after `after` on."""
    rows = select(kind.id, kind.body).where(_is_outdated(kind), kind.id > after).order_by(kind.id).limit(limit)
    return [Outdated(*row) for row in db.session.execute(rows)]


def replace(kind: Kind, outdated: Sequence[Outdated], rendered: Sequence[Rendered]) -> int:
    """Store what was rendered, and return how many were replaced. What was edited meanwhile keeps its new body.

    The caller holds the write transaction.
    """
    return sum(_replace_one(kind, one, page) for one, page in zip(outdated, rendered, strict=True))


def _replace_one(kind: Kind, outdated: Outdated, rendered: Rendered) -> int:
    values = {"body_html": rendered.html, "renderer_version": rendered.renderer_version}
    if kind is Post:
        values["shown_plain"] = rendered.fell_back
    unchanged = update(kind).where(kind.id == outdated.id, kind.body == outdated.source)
    return len(db.session.scalars(unchanged.values(values).returning(kind.id)).all())


def _is_outdated(kind: Kind) -> ColumnElement[bool]:
    older = kind.renderer_version < RENDERER_VERSION
    return or_(older, Post.shown_plain) if kind is Post else older
