"""The posts of found threads, as far as everybody who sees the thread may read them: what excerpts are cut from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, case, false, func, literal, or_, select, true, union_all
from sqlalchemy.orm import aliased

from app.kernel.db import db
from app.people.models import Person, Role
from app.posts.models import Comment
from app.questions.models import Answer, Question
from app.search.excerpts import Excerpt, Needles, Passage, excerpt, found_in, needles
from app.search.language import Fact, Query

ANSWERS = 3
BEGINNING = 3_000
"""So many characters of the question and of its best answers are looked at first: nearly always that is enough."""

FARTHER = 3
WHOLE = 30_000
"""So much is read of posts that have the words, where none of the beginnings has any."""

BEHIND_ACCEPTED, BEHIND_QUESTION, BEHIND_ANSWERS = 1, 1, 100
"""Of passages that say as much, the accepted answer comes before the question, and that before all other posts."""

Passages = dict[int, list[Passage]]

_threads = Question.__table__
_given = aliased(Answer, flat=True)


def excerpts_of(ids: Collection[int], query: Query) -> dict[int, Excerpt]:
    """What is shown of each of these threads, which the reader may see. Two queries at most, however many they are.

    `query` was looked up (app.search.lookup). Deleted answers, and what stands below them, are shown to nobody.
    """
    if not ids:
        return {}
    sought, asked_for = needles(query), _AskedFor(query)
    found = _beginnings(ids, asked_for)
    bare = [each for each in ids if sought.letters and not _says_any(found.get(each, ()), sought)]
    if bare:
        for thread, passages in _farther(bare, sought, asked_for).items():
            found[thread] += passages
    return {thread: excerpt(passages, sought) for thread, passages in found.items()}


class _AskedFor:
    """Which posts a search asks for by author:, is:expert and type:answer; none where it asks for no posts."""

    def __init__(self, query: Query) -> None:
        self.authors = [int(fact.key) for fact in query.facts if fact.kind == "author" and fact.key]
        self.by_expert = Fact("is", "expert") in query.facts
        self.answers = self.by_expert or Fact("type", "answer") in query.facts

    def question(self) -> ColumnElement[bool]:
        return Question.author_id.in_(self.authors) if self.authors and not self.answers else false()

    def answer(self) -> ColumnElement[bool]:
        author = Answer.author_id.in_(self.authors) if self.authors else true()
        role = Answer.author_role == Role.EXPERT if self.by_expert else true()
        return author & role if self.authors or self.answers else false()


def _says_any(passages: Sequence[Passage], sought: Needles) -> bool:
    return any(found_in(passage.source, sought) for passage in passages)


def _beginnings(ids: Collection[int], asked_for: _AskedFor) -> Passages:
    """How the question and its best answers begin, those that are asked for before others."""
    answers = _answers(ids, func.substr(Answer.body, 1, BEGINNING), asked_for).subquery()
    questions = _questions(ids, func.substr(Question.body, 1, BEGINNING), asked_for)
    return _grouped(questions, select(answers).where(answers.c.place <= BEHIND_QUESTION + ANSWERS))


def _farther(ids: Collection[int], sought: Needles, asked_for: _AskedFor) -> Passages:
    """Whole posts and remarks in which letters of what is sought stand somewhere."""
    found = _answers(ids, func.substr(Answer.body, 1, WHOLE), asked_for)
    answers = found.where(_has_any(Answer.body, sought)).subquery()
    remarks = _remarks(ids).where(_has_any(Comment.body, sought)).subquery()
    questions = _questions(ids, func.substr(Question.body, 1, WHOLE), asked_for)
    return _grouped(
        questions.where(_has_any(Question.body, sought)),
        select(answers).where(answers.c.place <= BEHIND_QUESTION + FARTHER),
        select(remarks).where(remarks.c.place <= BEHIND_ANSWERS + FARTHER),
    )


def _questions(ids: Collection[int], text: Any, asked_for: _AskedFor) -> Select[Any]:
    fits, place = _as_number(asked_for.question()), literal(BEHIND_ACCEPTED)
    return select(*_row("question", Question.id, Question.id, fits=fits, text=text, place=place)).where(
        Question.id.in_(ids)
    )


def _answers(ids: Collection[int], text: Any, asked_for: _AskedFor) -> Select[Any]:
    fits, is_accepted = _as_number(asked_for.answer()), _threads.c.accepted_answer_id == Answer.id
    order = fits.desc(), Answer.score.desc(), Answer.id
    number = func.row_number().over(partition_by=Answer.question_id, order_by=order)
    place = case((is_accepted, 0), else_=BEHIND_QUESTION + number)
    rows = select(*_row("answer", Answer.question_id, Answer.id, fits=fits, text=text, place=place))
    joined = rows.join(Person, Person.id == Answer.author_id).join(_threads, _threads.c.id == Answer.question_id)
    return joined.where(Answer.question_id.in_(ids), Answer.deleted_at.is_(None))


def _remarks(ids: Collection[int]) -> Select[Any]:
    """Comments on the questions, and on answers that are not deleted."""
    thread = func.coalesce(_given.question_id, Comment.post_id)
    number = func.row_number().over(partition_by=thread, order_by=Comment.id)
    text, place = func.substr(Comment.body, 1, WHOLE), BEHIND_ANSWERS + number
    rows = select(*_row("comment", thread, Comment.id, fits=literal(0), text=text, place=place))
    joined = rows.join(Person, Person.id == Comment.author_id).outerjoin(_given, _given.id == Comment.post_id)
    return joined.where(thread.in_(ids), Comment.deleted_at.is_(None), _given.deleted_at.is_(None))


def _row(kind: str, thread: Any, post_id: Any, *, fits: Any, text: Any, place: Any) -> Sequence[Any]:
    return (
        thread.label("thread"),
        literal(kind).label("kind"),
        post_id.label("post_id"),
        (Person.name if kind != "question" else literal("")).label("said_by"),
        fits.label("fits"),
        text.label("text"),
        place.label("place"),
    )


def _as_number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _has_any(text: Any, sought: Needles) -> ColumnElement[bool]:
    """Letters of something sought are in the text, in any capitals; signs such as % are taken as they are."""
    return or_(*(text.icontains(letters, autoescape=True) for letters in sought.letters))


def _grouped(*parts: Select[Any]) -> Passages:
    """The passages of each thread in the order of their places."""
    found: defaultdict[int, list[Passage]] = defaultdict(list)
    rows = union_all(*parts).subquery()
    in_order = select(rows).order_by(rows.c.thread, rows.c.place, rows.c.post_id)
    for thread, kind, post_id, said_by, fits, text, _place in db.session.execute(in_order):
        anchor = f"{kind}-{post_id}" if kind != "question" else ""
        found[thread].append(Passage(text, anchor, said_by, bool(fits)))
    return found
