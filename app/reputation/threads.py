"""What everybody can read of what was answered: figures about people rest on nothing else."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, true
from sqlalchemy.orm import InstrumentedAttribute

from app.posts.models import Post
from app.questions.models import Answer, Question, Visibility

posts = Post.__table__
answers = Answer.__table__
questions = Question.__table__
# The question of an answer, as the post it is.
asked = posts.alias("asked")
given = (
    posts.join(answers, answers.c.id == posts.c.id)
    .join(questions, questions.c.id == answers.c.question_id)
    .join(asked, asked.c.id == questions.c.id)
)
# Questions, as the posts that they are.
put = posts.join(questions, questions.c.id == posts.c.id)
# Figures are the same for every reader, so what is deleted or said in confidence must not show in them.
is_open = questions.c.visibility == Visibility.PUBLIC
is_public = and_(posts.c.deleted_at.is_(None), asked.c.deleted_at.is_(None), is_open)


def among(column: ColumnElement[int] | InstrumentedAttribute[int], ids: Collection[int] | None) -> ColumnElement[bool]:
    """True for these ids, and for every id where none are named."""
    return true() if ids is None else column.in_(ids)
