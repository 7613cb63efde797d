"""Threads as the index takes them: what every guest may read, as plain words, and what filters ask for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, union, union_all

from app.kernel.db import db
from app.kernel.text import plain_text
from app.people.models import Role
from app.posts.models import Comment
from app.questions.models import Answer, InvolvedProduct, Question, question_tags
from app.questions.queries import visible_to
from app.search.facts import State, facts_of
from app.search.port import Change, Removal, Thread
from app.topics.models import Product, Tag

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


@dataclass(slots=True)
class _Below:
    """What belongs to one question: its visible answers as rows, and their comments as Markdown."""

    answers: list[Any] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    products: list[str] = field(default_factory=list)


def _threads(ids: Sequence[int]) -> Iterator[Thread]:
    """Those of the questions that a guest may read. Rows of plain columns: a rebuild reads all that there is."""
    columns = (
        Question.id,
        Question.title,
        Question.body,
        Question.asked_at,
        Question.author_id,
        Question.accepted_answer_id,
        Question.answer_count,
        Question.closed_at,
    )
    questions = visible_to(None).where(Question.id.in_(ids)).with_only_columns(*columns)
    below = _below(ids)
    for question in db.session.execute(questions.order_by(Question.id)):
        yield _thread(question, below[question.id])


def _thread(question: Any, below: _Below) -> Thread:
    accepted = [answer.body for answer in below.answers if answer.id == question.accepted_answer_id]
    others = [answer.body for answer in below.answers if answer.id != question.accepted_answer_id]
    texts = _within_limit([question.body, *(accepted or [""]), *others, *below.comments])
    first_comment = 2 + len(others)
    return Thread(
        id=question.id,
        title=question.title,
        body=texts[0],
        accepted=texts[1] if len(texts) > 1 else "",
        answers=tuple(texts[2:first_comment]),
        comments=tuple(texts[first_comment:]),
        tags=tuple(below.tags),
        facts=facts_of(_state(question, below)),
        asked_on=question.asked_at.toordinal(),
    )


def _state(question: Any, below: _Below) -> State:
    return State(
        tags=below.tags,
        products=below.products,
        authors={question.author_id, *(answer.author_id for answer in below.answers)},
        is_solved=question.accepted_answer_id is not None,
        is_unanswered=question.answer_count == 0 and question.closed_at is None,
        is_answered=bool(below.answers),
        has_expert=any(answer.author_role == Role.EXPERT for answer in below.answers),
    )


def _below(ids: Sequence[int]) -> defaultdict[int, _Below]:
    """What guests may read below each of these questions, and what they are about; four queries however many."""
    found: defaultdict[int, _Below] = defaultdict(_Below)
    for answer in _answers(ids):
        found[answer.question_id].answers.append(answer)
    for question_id, text in _comments(ids):
        found[question_id].comments.append(text)
    for question_id, name in _tags(ids):
        found[question_id].tags.append(name)
    for question_id, slug in _products(ids):
        found[question_id].products.append(slug)
    return found


def _answers(ids: Sequence[int]) -> Iterable[Any]:
    rows = select(Answer.question_id, Answer.id, Answer.body, Answer.author_id, Answer.author_role)
    visible = rows.where(Answer.question_id.in_(ids), Answer.deleted_at.is_(None))
    return db.session.execute(visible.order_by(Answer.id))


def _comments(ids: Sequence[int]) -> Iterable[Any]:
    """Of the questions and of their visible answers, oldest first."""
    columns = (Comment.body, Comment.id)
    of_questions = select(Comment.post_id, *columns).where(Comment.post_id.in_(ids), Comment.deleted_at.is_(None))
    of_answers = select(Answer.question_id, *columns).join(Answer, Answer.id == Comment.post_id)
    visible = Answer.question_id.in_(ids), Answer.deleted_at.is_(None), Comment.deleted_at.is_(None)
    every = union_all(of_questions, of_answers.where(*visible)).subquery()
    return db.session.execute(select(every.c[0], every.c.body).order_by(every.c.id))


def _tags(ids: Sequence[int]) -> Iterable[Any]:
    rows = select(question_tags.c.question_id, Tag.name).join(Tag).where(question_tags.c.question_id.in_(ids))
    return db.session.execute(rows.order_by(Tag.name))


def _products(ids: Sequence[int]) -> Iterable[Any]:
    """The product of each question, and the others that play a part."""
    main = select(Question.id, Product.slug).join(Product, Product.id == Question.product_id)
    others = select(InvolvedProduct.question_id, Product.slug).join(Product, Product.id == InvolvedProduct.product_id)
    return db.session.execute(
        union(main.where(Question.id.in_(ids)), others.where(InvolvedProduct.question_id.in_(ids)))
    )


def _within_limit(bodies: Iterable[str]) -> tuple[str, ...]:
    texts, room = [], MOST_TEXT
    for body in bodies:
        texts.append(plain_text(body[:room]))
        room -= len(body)
        if room <= 0:
            break
    return tuple(texts)
