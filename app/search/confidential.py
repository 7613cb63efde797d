"""What somebody may read in confidence, found by a second, small look: no index holds it, so the database is asked.

It is shown apart and counted nowhere, so nothing that everybody sees depends on it.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.kernel.db import db
from app.people.models import Person
from app.posts.models import Comment
from app.questions.models import Answer, Question, question_tags
from app.questions.queries import in_confidence, visible_to
from app.search.checking import kept, without_unwanted
from app.search.engines.clauses import Way, wanted
from app.search.filters import narrowed
from app.search.language import Query
from app.search.sought import beginning
from app.topics.models import Tag

MOST = 100
"""So many of the newest threads that seem to match are looked at."""

SHOWN = 10

_given = aliased(Answer, flat=True)


def find(query: Query, viewer: Person | None) -> list[int]:
    """The newest confidential questions that match a looked-up query and that `viewer` may see, SHOWN at most.

    Guests ask the database nothing; for everybody else it is one query, and three more where something seems to match.
    """
    if viewer is None or not query.wanted:
        return []
    rows = narrowed(visible_to(viewer).where(in_confidence()), query)
    seeming = _with_words(rows, query).order_by(Question.asked_at.desc(), Question.id.desc())
    ids = db.session.scalars(seeming.with_only_columns(Question.id).limit(MOST)).all()
    found = without_unwanted(kept(ids, query, viewer), query, viewer)
    return [each for each in ids if each in found][:SHOWN]


def _with_words(rows: Select[Question], query: Query) -> Select[Question]:
    """Those where every word and phrase seems to stand somewhere in the thread."""
    return rows.where(*(or_(*map(_stands, clause.ways)) for clause in wanted(query).clauses))


def _stands(way: Way) -> ColumnElement[bool]:
    return and_(true(), *(_is_somewhere(beginning(token)) for token in way.tokens))


def _is_somewhere(part: str) -> ColumnElement[bool]:
    """True where a text of the thread has these letters. Databases disagree about the capitals of other alphabets."""
    if not part.isascii():
        return true()
    answers = select(_given.id).where(_given.question_id == Question.id)
    tags = select(Tag.id).join(question_tags, question_tags.c.tag_id == Tag.id)
    below = or_(Comment.post_id == Question.id, Comment.post_id.in_(answers.correlate(Question)))
    return or_(
        _has(Question.title, part),
        _has(Question.body, part),
        answers.where(_has(_given.body, part)).correlate(Question).exists(),
        select(Comment.id).where(below, _has(Comment.body, part)).correlate(Question).exists(),
        tags.where(question_tags.c.question_id == Question.id, _has(Tag.name, part)).correlate(Question).exists(),
    )


def _has(text: InstrumentedAttribute[str], part: str) -> ColumnElement[bool]:
    """`part` is taken as it is: % and _ are letters like others."""
    return text.icontains(part, autoescape=True)
