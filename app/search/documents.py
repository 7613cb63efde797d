"""Threads as the index takes them: what every guest may read, as plain words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import select

from app.kernel.db import db
from app.kernel.text import plain_text
from app.posts.models import Comment
from app.questions.models import Answer, Question, question_tags
from app.questions.queries import visible_to
from app.search.port import Change, Removal, Thread
from app.topics.models import Tag

BATCH = 200
MOST_TEXT = 200_000
"""Characters of one thread that are indexed; an endless thread is found by what stands in its beginning."""


def changes(question_ids: Iterable[int]) -> list[Change]:
    """What the index has to be told about these questions: their text of now, or that they are found no longer."""
    wanted = list(question_ids)
    found = {thread.id: thread for thread in _threads(wanted)}
    return [found.get(question_id, Removal(question_id)) for question_id in wanted]


def every_thread() -> Iterator[Thread]:
    """All threads in the order of their ids. Ends the read transaction after each batch: indexing one takes a while."""
    last_id = 0
    while ids := _next_ids(last_id):
        yield from _threads(ids)
        db.session.rollback()
        last_id = ids[-1]


def count() -> int:
    """How many threads `every_thread` gives."""
    return db.session.scalar(visible_to(None).with_only_columns(db.func.count(Question.id))) or 0


def _next_ids(last_id: int) -> Sequence[int]:
    rows = visible_to(None).where(Question.id > last_id).with_only_columns(Question.id)
    return db.session.scalars(rows.order_by(Question.id).limit(BATCH)).all()


def _threads(ids: Sequence[int]) -> Iterator[Thread]:
    """Those of the questions that a guest may read."""
    columns = (Question.id, Question.title, Question.body, Question.asked_at)
    questions = visible_to(None).where(Question.id.in_(ids)).with_only_columns(*columns)
    tags, replies = _tags(ids), _replies(ids)
    for question_id, title, body, asked_at in db.session.execute(questions.order_by(Question.id)):
        text, *answers = _within_limit([body, *replies[question_id]])
        yield Thread(
            id=question_id,
            title=title,
            body=text,
            answers=tuple(answers),
            tags=tuple(tags[question_id]),
            facts=tuple(f"tag:{name.lower()}" for name in tags[question_id]),
            asked_on=asked_at.toordinal(),
        )


def _tags(ids: Sequence[int]) -> dict[int, list[str]]:
    rows = select(question_tags.c.question_id, Tag.name).join(Tag).where(question_tags.c.question_id.in_(ids))
    return _grouped(db.session.execute(rows.order_by(Tag.name)))


def _replies(ids: Sequence[int]) -> dict[int, list[str]]:
    """Answers and then comments of each question, without those that were deleted."""
    answers = select(Answer.question_id, Answer.id, Answer.body).where(
        Answer.question_id.in_(ids), Answer.deleted_at.is_(None)
    )
    found = db.session.execute(answers.order_by(Answer.id)).all()
    threads = {question_id: question_id for question_id in ids} | {row.id: row.question_id for row in found}
    replies = _grouped((row.question_id, row.body) for row in found)
    comments = select(Comment.post_id, Comment.body).where(Comment.post_id.in_(threads), Comment.deleted_at.is_(None))
    for post_id, body in db.session.execute(comments.order_by(Comment.id)):
        replies[threads[post_id]].append(body)
    return replies


def _grouped(pairs: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for key, text in pairs:
        found[key].append(text)
    return found


def _within_limit(bodies: Iterable[str]) -> tuple[str, ...]:
    texts, room = [], MOST_TEXT
    for body in bodies:
        texts.append(plain_text(body[:room]))
        room -= len(body)
        if room <= 0:
            break
    return tuple(texts)
