"""Facts and days, said to the database: what a filter means is decided here, however far the index is behind.

They hold for what everybody may read, so for every viewer alike: an answer that was deleted makes nobody an author in
a thread, not even for those who still see it. app.search.facts says the same in tokens of the index.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time

from sqlalchemy import ColumnElement, Select, false, func, not_, or_, select, true
from sqlalchemy.orm import aliased

from app.people.models import Role
from app.questions.models import Answer, InvolvedProduct, Question, question_tags
from app.questions.queries import solved, unanswered
from app.search.language import Day, Fact, Query
from app.topics.models import Product, Tag

_given = aliased(Answer, flat=True)
"""An answer beside its question: both are posts."""


def narrowed(rows: Select[Question], query: Query) -> Select[Question]:
    """`rows` that are what the facts and days of `query` ask for, and nothing of what they leave out."""
    wanted = [meaning(term) for term in query.wanted if isinstance(term, Fact | Day)]
    unwanted = [not_(meaning(term)) for term in query.unwanted if isinstance(term, Fact | Day)]
    return rows.where(*wanted, *unwanted)


def meaning(term: Fact | Day) -> ColumnElement[bool]:
    """True for questions whose thread is what `term` asks for. What nothing is called has no key, and finds none."""
    if isinstance(term, Day):
        return _on_that_side(term)
    if term.kind in STATES:
        return STATES[term.kind](term.value)
    return KINDS[term.kind](term.key) if term.key and term.kind in KINDS else false()


def _on_that_side(term: Day) -> ColumnElement[bool]:
    """Days begin and end in UTC, like the day that the index holds."""
    if term.kind == "after":
        return Question.asked_at >= datetime.combine(term.day, time.min, UTC)
    return Question.asked_at <= datetime.combine(term.day, time.max, UTC)


def _tagged(name: str) -> ColumnElement[bool]:
    rows = select(question_tags.c.question_id).join(Tag, Tag.id == question_tags.c.tag_id)
    return Question.id.in_(rows.where(Tag.name == name))


def _about(slug: str) -> ColumnElement[bool]:
    """The product that the question is about, or another of ours that plays a part."""
    product = select(Product.id).where(Product.slug == slug)
    involved = select(InvolvedProduct.question_id).where(InvolvedProduct.product_id.in_(product))
    # Without a product the first half would be neither true nor false, and nor would its opposite.
    return or_(func.coalesce(Question.product_id, 0).in_(product), Question.id.in_(involved))


def _written_by(person_id: str) -> ColumnElement[bool]:
    return or_(Question.author_id == int(person_id), _has_answer(_given.author_id == int(person_id)))


def _is(state: str) -> ColumnElement[bool]:
    match state:
        case "solved":
            return solved()
        case "unanswered":
            return unanswered()
        case "expert":
            return _has_answer(_given.author_role == Role.EXPERT)
    return false()


def _of_type(name: str) -> ColumnElement[bool]:
    match name:
        case "question":
            return true()
        case "answer":
            return Question.answer_count > 0
    return false()


def _has_answer(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    answers = select(_given.id).where(_given.question_id == Question.id, _given.deleted_at.is_(None), condition)
    return answers.correlate(Question).exists()


KINDS: dict[str, Callable[[str], ColumnElement[bool]]] = {"tag": _tagged, "product": _about, "author": _written_by}
"""What facts mean that something is called by, for the key that was looked up for what was typed."""

STATES: dict[str, Callable[[str], ColumnElement[bool]]] = {"is": _is, "type": _of_type}
"""What the other facts mean, for what was typed."""
