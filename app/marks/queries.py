"""Reading what was said of answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload

from app.kernel.db import db
from app.marks.counters import counting
from app.marks.models import DOUBTS, Mark, MarkKind, Recommendation, Thanks
from app.marks.thanks import thanks_to
from app.people.models import Person
from app.posts.models import Post
from app.posts.queries import not_hidden_from
from app.questions.models import Answer, Question, question_tags
from app.questions.queries import open_to
from app.topics.models import TagSteward

_answers = Answer.__table__
_marks = Mark.__table__
_threads = Post.__table__.alias("threads")
# Posts of both kinds under other names, made once: each new one costs a page milliseconds.
_marked = aliased(Answer, flat=True)
_thread = aliased(Question, flat=True)


def made_since(column: InstrumentedAttribute[datetime], since: datetime | None) -> ColumnElement[bool]:
    """What was said from `since` on; all of it where that is None."""
    return true() if since is None else column >= since


def marks_on(answer: Answer, since: datetime | None = None) -> Select[Mark]:
    """Every mark of an answer from `since` on, the settled ones too, with all that the list of them shows."""
    rows = select(Mark).where(Mark.answer_id == answer.id, made_since(Mark.made_at, since))
    return rows.options(joinedload(Mark.person), joinedload(Mark.product), joinedload(Mark.settled_by))


def marks_visible_to(viewer: Person | None) -> Select[Mark]:
    """Every mark on an answer that `viewer` may read."""
    visible = (
        select(_marked.id)
        .join(_thread, _thread.id == _marked.question_id)
        .where(_marked.id == Mark.answer_id, not_hidden_from(viewer, _marked), not_hidden_from(viewer, _thread))
        .where(open_to(viewer, _thread))
    )
    return select(Mark).where(visible.correlate(Mark).exists())


def recommendations_of(answer_ids: Sequence[int], since: datetime | None = None) -> Sequence[Recommendation]:
    """The recommendations of these answers from `since` on with the expert, in the order in which they were given."""
    if not answer_ids:
        return []
    rows = select(Recommendation).where(Recommendation.answer_id.in_(answer_ids))
    rows = rows.where(made_since(Recommendation.made_at, since))
    return db.session.scalars(rows.options(joinedload(Recommendation.expert)).order_by(Recommendation.id)).all()


def thanks_of(person: Person, limit: int) -> Sequence[Thanks]:
    """The newest thanks for somebody's answers, with who said them and the question: for every viewer the same.

    Only what stands on public threads is on anybody's page.
    """
    question = joinedload(Thanks.answer).joinedload(Answer.question)
    rows = thanks_to(person).options(joinedload(Thanks.person), question)
    return db.session.scalars(rows.order_by(Thanks.said_at.desc(), Thanks.person_id.desc()).limit(limit)).all()


def open_doubts_for(person: Person, tag_ids: Collection[int]) -> Select[Mark]:
    """The warnings that are `person`'s to deal with and not settled yet: a query to page.

    They are those on what they answered, and those on answers to questions with one of these tags, which they look
    after.
    """
    tagged = select(question_tags.c.question_id).where(question_tags.c.tag_id.in_(tag_ids))
    written = select(Answer.id).where(Answer.author_id == person.id)
    below = select(_answers.c.id).where(_answers.c.question_id.in_(tagged))
    theirs = or_(Mark.answer_id.in_(written), Mark.answer_id.in_(below))
    return _for_lists(marks_visible_to(person).where(is_open_doubt(), theirs))


def asker_was_helped() -> ColumnElement[bool]:
    """True for questions of which the person who asked said that an answer works."""
    works = select(_marks.c.id).join(_answers, _answers.c.id == _marks.c.answer_id)
    theirs = _answers.c.question_id == Question.id, _marks.c.person_id == Question.author_id
    return works.where(*theirs, _marks.c.kind == MarkKind.WORKS, _marks.c.settled_at.is_(None)).exists()


def askers_marks(question_ids: Collection[int]) -> Select[Mark]:
    """The "works for me" of those who asked, on answers to their own questions."""
    rows = select(Mark).join(_answers, _answers.c.id == Mark.answer_id)
    rows = rows.join(_threads, _threads.c.id == _answers.c.question_id)
    own = _threads.c.id.in_(question_ids), Mark.person_id == _threads.c.author_id
    return rows.where(*own, counting(MarkKind.WORKS))


def looks_after(person: Person | None, question: Question) -> bool:
    """True when one of the question's topics is this person's to look after."""
    if person is None or not person.is_employee or not question.tags:
        return False
    tag_ids = [tag.id for tag in question.tags]
    kept = select(TagSteward.tag_id).where(TagSteward.person_id == person.id, TagSteward.tag_id.in_(tag_ids))
    return db.session.scalar(kept.limit(1)) is not None


def is_open_doubt() -> ColumnElement[bool]:
    """A warning that nobody has dealt with."""
    return and_(Mark.kind.in_(DOUBTS), Mark.settled_at.is_(None))


def _for_lists(rows: Select[Mark]) -> Select[Mark]:
    answer = joinedload(Mark.answer)
    return rows.options(joinedload(Mark.person), answer.joinedload(Answer.author), answer.joinedload(Answer.question))
