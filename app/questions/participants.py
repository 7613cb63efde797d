"""Who takes part in a thread."""

from __future__ import annotations

from sqlalchemy import Select, or_, select, union

from app.people.models import Person
from app.posts.models import Comment
from app.posts.queries import not_hidden_from
from app.questions.models import Answer, Question


def participants(question: Question, viewer: Person | None) -> Select[Person]:
    """Everybody who wrote what `viewer` may read in a thread that `viewer` may see, by handle."""
    answers = select(Answer.author_id).where(Answer.question_id == question.id, not_hidden_from(viewer))
    answer_ids = select(Answer.id).where(Answer.question_id == question.id, not_hidden_from(viewer))
    below = or_(Comment.post_id == question.id, Comment.post_id.in_(answer_ids))
    comments = select(Comment.author_id).where(below, Comment.deleted_at.is_(None))
    asker = select(Question.author_id).where(Question.id == question.id)
    writers = union(asker, answers, comments).subquery()
    return (
        select(Person).where(Person.id.in_(select(writers.c.author_id)), Person.active).order_by(Person.handle_skeleton)
    )
