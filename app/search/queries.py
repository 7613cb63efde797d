"""Finding questions: the index proposes, the database decides what this viewer may see and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from app.kernel.db import db
from app.people.models import Person
from app.questions.models import Answer, Question, question_tags
from app.questions.queries import for_list, visible_to
from app.search.engines import site_index
from app.search.excerpts import Needles, Segment, excerpt, needles
from app.search.facets import Facet
from app.search.language import Query
from app.topics.models import Tag

PAGE = 20
TAGS_SHOWN = 8
EXCERPT_ANSWERS = 3
EXCERPT_SOURCE = 3_000

# How found questions are put in order: by what of (place among the hits, when asked, score), smallest first.
ORDERS = {
    "relevance": lambda hit: hit.place,
    "newest": lambda hit: -hit.asked_at.timestamp(),
    "votes": lambda hit: (-hit.score, hit.place),
}


@dataclass(frozen=True, kw_only=True)
class Found:
    """One question, and why it was found. `has_every_word` is False where only some of the words stand.

    `anchor` is where on its page the excerpt stands: "answer-12", or empty for the question itself.
    """

    question: Question
    excerpt: list[Segment]
    has_every_word: bool
    anchor: str = ""
    reasons: Sequence[object] = ()


@dataclass(frozen=True, kw_only=True)
class Results:
    """One page of what was found, of what this viewer may see.

    `complete` questions match the whole query, `others` come after them and have some of its words. `is_capped`: at
    least so many. `is_partial`: the engine ran out of time. `tags`: names with how many of all found carry them.
    `facets` count the complete ones. `did_you_mean` and `related` are searches in the language; the first may be empty.
    `confidential` are questions asked in confidence that this viewer may read: they count nowhere.
    """

    rows: list[Found] = field(default_factory=list)
    complete: int = 0
    others: int = 0
    is_capped: bool = False
    is_partial: bool = False
    page: int = 1
    tags: list[tuple[str, int]] = field(default_factory=list)
    facets: list[Facet] = field(default_factory=list)
    did_you_mean: str = ""
    related: list[str] = field(default_factory=list)
    confidential: list[Found] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.complete + self.others

    @property
    def first(self) -> int:
        """The place of the first row of this page, from 1."""
        return (self.page - 1) * PAGE + 1

    @property
    def has_more(self) -> bool:
        return self.page * PAGE < self.total


def find(query: Query, viewer: Person | None, *, sort: str = "relevance", page: int = 1) -> Results:
    """Page `page` (from 1) of the questions that match. Raises IndexUnavailable.

    The number of database queries does not depend on how many are found or shown.
    """
    hits = site_index().query(query)
    places = {question_id: place for place, question_id in enumerate(hits.ids)}
    visible = _visible(places, viewer)
    first = sorted((hit for hit in visible if hit.place < hits.complete), key=ORDERS[sort])
    others = sorted((hit for hit in visible if hit.place >= hits.complete), key=ORDERS[sort])
    shown = [hit.id for hit in [*first, *others][(page - 1) * PAGE : page * PAGE]]
    return Results(
        rows=_rows(shown, viewer, needles(query), {hit.id for hit in first}),
        complete=len(first),
        others=len(others),
        is_capped=hits.is_capped,
        is_partial=hits.is_partial,
        page=page,
        tags=_tags([hit.id for hit in first], but=query.tags),
    )


def similar_to(
    text: str, tags: Sequence[str], viewer: Person | None, *, exclude: int | None = None, limit: int = 5
) -> list[Question]:
    """Questions that `viewer` may see and that share most with a text. Raises IndexUnavailable."""
    hits = site_index().similar(text, tags, exclude=exclude, limit=2 * limit)
    return list(_questions([hit.id for hit in hits], viewer).values())[:limit]


@dataclass(frozen=True)
class _Hit:
    id: int
    place: int
    asked_at: Any
    score: int


def _visible(places: dict[int, int], viewer: Person | None) -> list[_Hit]:
    """The hits that `viewer` may see, in no order."""
    columns = (Question.id, Question.asked_at, Question.score)
    rows = visible_to(viewer).where(Question.id.in_(places)).with_only_columns(*columns)
    return [_Hit(row.id, places[row.id], row.asked_at, row.score) for row in db.session.execute(rows)]


def _rows(ids: Sequence[int], viewer: Person | None, sought: Needles, complete: set[int]) -> list[Found]:
    texts = _texts(ids)
    return [
        Found(
            question=question,
            excerpt=excerpt(texts.get(question_id, []), sought),
            has_every_word=question_id in complete,
        )
        for question_id, question in _questions(ids, viewer).items()
    ]


def _questions(ids: Sequence[int], viewer: Person | None) -> dict[int, Question]:
    """The visible ones of these questions, in the order of `ids`, with what a row of a list shows."""
    rows = db.session.scalars(for_list(visible_to(viewer).where(Question.id.in_(ids)))).unique()
    found = {question.id: question for question in rows}
    return {question_id: found[question_id] for question_id in ids if question_id in found}


def _texts(ids: Sequence[int]) -> dict[int, list[str]]:
    """The beginnings of each question and of its best answers, in Markdown; deleted answers are left out."""
    questions = select(Question.id, func.substr(Question.body, 1, EXCERPT_SOURCE)).where(Question.id.in_(ids))
    place = func.row_number().over(partition_by=Answer.question_id, order_by=(Answer.score.desc(), Answer.id))
    ranked = (
        select(Answer.question_id, func.substr(Answer.body, 1, EXCERPT_SOURCE).label("text"), place.label("place"))
        .where(Answer.question_id.in_(ids), Answer.deleted_at.is_(None))
        .subquery()
    )
    answers = select(ranked.c.question_id, ranked.c.text).where(ranked.c.place <= EXCERPT_ANSWERS)
    found: dict[int, list[str]] = {question_id: [text] for question_id, text in db.session.execute(questions)}
    for question_id, text in db.session.execute(answers.order_by(ranked.c.question_id, ranked.c.place)):
        found[question_id].append(text)
    return found


def _tags(ids: Sequence[int], *, but: Sequence[str]) -> list[tuple[str, int]]:
    """The most frequent tags of these questions, without those that were asked for."""
    count = func.count().label("count")
    rows = (
        select(Tag.name, count)
        .join(question_tags, question_tags.c.tag_id == Tag.id)
        .where(question_tags.c.question_id.in_(ids), Tag.name.not_in(but))
        .group_by(Tag.name)
        .order_by(count.desc(), Tag.name)
        .limit(TAGS_SHOWN)
    )
    return [(name, number) for name, number in db.session.execute(rows)]
