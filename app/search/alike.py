"""Questions like one that stands here, or like one that is being asked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from app.kernel.db import db
from app.people.models import Person
from app.questions.models import Question, QuestionLink
from app.questions.queries import for_links, visible_to
from app.search.engines import site_index
from app.search.engines.layout import Contents
from app.search.likeness import VERY, likeness
from app.search.port import Thread
from app.search.queries import similar_to
from app.search.reasons import Reason, reasons_for

LONGEST_TEXT = 2_000
"""Characters of a text that are looked at."""

CANDIDATES = 15
LEAST_OF_BEST = 0.3
"""What shares less than this part of the best one's words is not like it."""


@dataclass(frozen=True, kw_only=True)
class Similar:
    """A question that may answer the one being asked, how alike they are (0 to 1), and what speaks for it."""

    question: Question
    likeness: float
    reasons: Sequence[Reason]


def beside(question: Question, viewer: Person | None, limit: int) -> list[Question]:
    """Other questions like this one that `viewer` may see, solved ones first. Raises IndexUnavailable.

    Without duplicates, and without those it is linked with, which its page shows already. One query besides the
    engine's own.
    """
    text = f"{question.title}\n{question.title}\n{question.body[:LONGEST_TEXT]}"
    tags = [tag.name for tag in question.tags]
    hits = site_index().similar(text, tags, exclude=question.id, limit=CANDIDATES)
    close = [hit.id for hit in hits if hit.score >= LEAST_OF_BEST * hits[0].score]
    if not close:
        return []
    onwards = select(QuestionLink.related_id).where(QuestionLink.question_id == question.id)
    back = select(QuestionLink.question_id).where(QuestionLink.related_id == question.id)
    rows = visible_to(viewer).where(
        Question.id.in_(close),
        Question.deleted_at.is_(None),
        Question.duplicate_of_id.is_(None),
        ~or_(Question.id.in_(onwards), Question.id.in_(back)),
    )
    found = {one.id: one for one in db.session.scalars(for_links(rows)).unique()}
    best = [found[number] for number in close if number in found][:limit]
    return sorted(best, key=lambda one: not one.is_solved)


def like_draft(title: str, body: str, tags: Sequence[str], viewer: Person | None, limit: int) -> list[Similar]:
    """Questions like one that is being asked: what is very alike first, then what is solved. Raises IndexUnavailable.

    `body` is Markdown and may be empty: then the titles say how alike they are.
    """
    body = body[:LONGEST_TEXT]
    questions = similar_to(f"{title}\n{title}\n{body}", tags, viewer, limit=2 * limit)
    asked, texts = _contents(title, body), _beginnings([one.id for one in questions])
    alike = {one.id: likeness(asked, _contents(one.title, texts[one.id])) for one in questions}
    best = sorted(questions, key=lambda one: (alike[one.id] < VERY, not one.is_solved))[:limit]
    reasons = reasons_for(best) if best else {}
    return [Similar(question=one, likeness=alike[one.id], reasons=reasons[one.id]) for one in best]


def _beginnings(ids: Collection[int]) -> dict[int, str]:
    """How the texts of these questions begin, which lists do not load."""
    if not ids:
        return {}
    rows = select(Question.id, db.func.substr(Question.body, 1, LONGEST_TEXT)).where(Question.id.in_(ids))
    return {question_id: begun for question_id, begun in db.session.execute(rows)}


def _contents(title: str, body: str) -> Contents:
    return Contents.of(Thread(id=0, title=title, body=body))
