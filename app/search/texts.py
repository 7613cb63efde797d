"""The texts of threads as a viewer may read them now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, func, select, union_all

from app.kernel.db import db
from app.people.models import Person
from app.posts.models import Comment
from app.posts.queries import not_hidden_from
from app.questions.models import Answer, Question, question_tags
from app.topics.models import Tag

BEGINNING = 3_000
FIRST_ANSWERS = 5
"""So many characters of a question and of its best answers are its beginning."""

WHOLE = 200_000
"""Characters of the answers, and as many of the comments, that are read of one thread; an index takes no more."""

Texts = dict[int, list[str]]


def beginnings(ids: Collection[int], viewer: Person | None) -> Texts:
    """Titles, tags, and how the questions and their best answers begin, by thread. One query."""
    place = func.row_number().over(partition_by=Answer.question_id, order_by=(Answer.score.desc(), Answer.id))
    ranked = _answers(ids, viewer, func.substr(Answer.body, 1, BEGINNING), place <= FIRST_ANSWERS)
    return _grouped(union_all(*_heads(ids, func.substr(Question.body, 1, BEGINNING)), ranked))


def whole(ids: Collection[int], viewer: Person | None) -> Texts:
    """All that stands in the threads, as far as an index reads them. One query."""
    answers = _answers(ids, viewer, Answer.body, _read_before(Answer.body, Answer.question_id, Answer.id) < WHOLE)
    return _grouped(union_all(*_heads(ids, Question.body), answers, *_comments(ids, viewer)))


def _heads(ids: Collection[int], body: ColumnElement[str] | Any) -> list[Select[Any]]:
    """Titles, tags and bodies."""
    tags = select(question_tags.c.question_id, Tag.name).join(Tag, Tag.id == question_tags.c.tag_id)
    return [
        select(Question.id, Question.title).where(Question.id.in_(ids)),
        select(Question.id, body).where(Question.id.in_(ids)),
        tags.where(question_tags.c.question_id.in_(ids)),
    ]


def _answers(
    ids: Collection[int], viewer: Person | None, text: ColumnElement[str] | Any, is_read: ColumnElement[bool]
) -> Select[Any]:
    rows = select(Answer.question_id, text.label("text"), is_read.label("is_read"))
    return _read(rows.where(Answer.question_id.in_(ids), not_hidden_from(viewer, Answer)))


def _comments(ids: Collection[int], viewer: Person | None) -> Sequence[Select[Any]]:
    """Those on the questions, and those on answers that `viewer` may read."""
    is_read = (_read_before(Comment.body, Comment.post_id, Comment.id) < WHOLE).label("is_read")
    present = Comment.deleted_at.is_(None)
    columns = Comment.body.label("text"), is_read
    beside = select(Comment.post_id, *columns).where(Comment.post_id.in_(ids), present)
    below = select(Answer.question_id, *columns).join(Answer, Answer.id == Comment.post_id)
    below = below.where(Answer.question_id.in_(ids), not_hidden_from(viewer, Answer), present)
    return [_read(rows) for rows in (beside, below)]


def _read(rows: Select[*tuple[Any, ...]]) -> Select[Any]:
    """Thread and text of those rows that are read."""
    found = rows.subquery()
    return select(found.c[0], found.c.text).where(found.c.is_read)


def _read_before(text: Any, thread: Any, place: Any) -> ColumnElement[int]:
    """How many characters come before a text of its thread."""
    return func.sum(func.length(text)).over(partition_by=thread, order_by=place) - func.length(text)


def _grouped(rows: CompoundSelect[Any]) -> Texts:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for thread, text in db.session.execute(rows):
        found[thread].append(text)
    return found
