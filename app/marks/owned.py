"""Mistakes that people have owned."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import aliased, defer, joinedload

from app.kernel.db import db
from app.marks.models import Correction
from app.people.models import Person
from app.questions.models import Answer, Question
from app.questions.queries import visible_to

given = aliased(Answer, flat=True)


def corrections_of(person: Person, limit: int) -> Sequence[Correction]:
    """What somebody corrected in the open, the newest first, with the question and whom they thank for it.

    It is the same for every reader. What was corrected in confidence, before a thread was opened, stays behind.
    """
    public = visible_to(None).where(
        Question.id == given.question_id, or_(Question.opened_at.is_(None), Correction.made_at >= Question.opened_at)
    )
    rows = (
        select(Correction)
        .join(given, given.id == Correction.answer_id)
        .where(given.author_id == person.id, given.deleted_at.is_(None))
        .where(public.with_only_columns(Question.id).correlate(given, Correction).exists())
    )
    answer = joinedload(Correction.answer)
    shown = rows.options(defer(Correction.old_html), joinedload(Correction.thanks), answer.joinedload(Answer.question))
    return db.session.scalars(shown.order_by(Correction.made_at.desc(), Correction.answer_id.desc()).limit(limit)).all()


def corrections_on(answer_ids: Collection[int]) -> Select[Correction]:
    """What was taken back in these answers."""
    return select(Correction).where(Correction.answer_id.in_(answer_ids))
