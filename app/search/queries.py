"""Finding questions: the index proposes, the database decides what this viewer may see and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from app.kernel.db import db
from app.people.models import Person
from app.questions.models import Question
from app.questions.queries import for_list, visible_to
from app.search import confidential
from app.search.engines import site_index
from app.search.excerpts import Excerpt
from app.search.facets import Facet, facets_of
from app.search.language import Query
from app.search.lookup import look_up
from app.search.matching import PAGE, SORTS, match
from app.search.passages import excerpts_of
from app.search.port import FEW
from app.search.reasons import Reason, reasons_for
from app.search.related import related_to
from app.search.spelling import did_you_mean

ORDERS = tuple(SORTS)
NO_EXCERPT = Excerpt([])


@dataclass(frozen=True, kw_only=True)
class Found:
    """One question, and why it was found. `has_every_word` is False where only some of the words stand."""

    question: Question
    excerpt: Excerpt
    has_every_word: bool
    reasons: Sequence[Reason] = ()


@dataclass(frozen=True, kw_only=True)
class Results:
    """One page of what was found, of what this viewer may see. `query` is what was looked for, with all remarks.

    `complete` questions match the whole query, `others` come after them and have some of its words; where `is_mixed`,
    the query describes a problem, and what fits best comes first, of either kind. `is_capped`: at least so many.
    `is_partial`: the engine ran out of time. `facets` count the complete ones. `did_you_mean` and `related` are
    searches in the language; the first may be empty. `confidential` are questions asked in confidence that this viewer
    may read: they count nowhere.
    """

    query: Query = field(default_factory=Query)
    rows: list[Found] = field(default_factory=list)
    complete: int = 0
    others: int = 0
    is_capped: bool = False
    is_partial: bool = False
    page: int = 1
    has_more: bool = False
    is_mixed: bool = False
    facets: list[Facet] = field(default_factory=list)
    did_you_mean: str = ""
    related: list[str] = field(default_factory=list)
    confidential: list[Found] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.complete + self.others

    @property
    def answering(self) -> int:
        """How many answer what was asked: all of them where a problem is described, else those with every word."""
        return self.total if self.is_mixed else self.complete

    @property
    def first(self) -> int:
        """The place of the first row of this page, from 1."""
        return (self.page - 1) * PAGE + 1


def find(query: Query, viewer: Person | None, *, sort: str = "relevance", page: int = 1) -> Results:
    """Page `page` (from 1) of the questions that match what was typed. Raises IndexUnavailable.

    The number of database queries does not depend on how many are found or shown, beyond none and some. Other
    spellings, searches that lead on and what was asked in confidence come with the first page alone.
    """
    query = look_up(query, viewer)
    matches = match(query, viewer, sort=sort, page=page)
    rows = _rows(matches.shown, viewer, query, complete=set(matches.complete))
    results = Results(
        query=query,
        rows=rows,
        complete=len(matches.complete),
        others=len(matches.others),
        is_capped=matches.is_capped,
        is_partial=matches.is_partial,
        page=page,
        has_more=matches.has_more,
        is_mixed=matches.is_mixed,
        facets=facets_of((*matches.complete, *(matches.others if matches.is_mixed else ())), query),
    )
    return _with_ways_on(results, viewer) if page == 1 else results


def _with_ways_on(results: Results, viewer: Person | None) -> Results:
    """The first page, with what else one may look for, and with what was found in confidence."""
    query = results.query
    questions = [found.question for found in results.rows if found.has_every_word or results.is_mixed]
    other = did_you_mean(query, viewer) if results.complete < FEW else None
    private = confidential.find(query, viewer)
    return replace(
        results,
        did_you_mean=str(other) if other else "",
        related=[str(each) for each in related_to(query, questions)],
        confidential=_rows(private, viewer, query, complete=set(private)),
    )


def similar_to(
    text: str, tags: Sequence[str], viewer: Person | None, *, exclude: int | None = None, limit: int = 5
) -> list[Question]:
    """Questions that `viewer` may see and that share most with a text. Raises IndexUnavailable.

    Where one was asked before, the question that it was closed for comes in its place.
    """
    hits = site_index().similar(text, tags, exclude=exclude, limit=2 * limit)
    found = list(_questions([hit.id for hit in hits], viewer).values())
    originals = _questions([each.duplicate_of_id for each in found if each.duplicate_of_id], viewer)
    meant = {each.id: each for each in (originals.get(each.duplicate_of_id or 0, each) for each in found)}
    return [each for each in meant.values() if each.id != exclude][:limit]


def _rows(ids: Sequence[int], viewer: Person | None, query: Query, *, complete: set[int]) -> list[Found]:
    """The questions with their excerpts and reasons, in the order of `ids`."""
    if not ids:
        return []
    questions = _questions(ids, viewer)
    excerpts, reasons = excerpts_of(questions, query), reasons_for(list(questions.values()))
    return [
        Found(
            question=question,
            excerpt=excerpts.get(question_id, NO_EXCERPT),
            has_every_word=question_id in complete,
            reasons=reasons[question_id],
        )
        for question_id, question in questions.items()
    ]


def _questions(ids: Sequence[int], viewer: Person | None) -> dict[int, Question]:
    """The visible ones of these questions, in the order of `ids`, with what a row of a list shows."""
    if not ids:
        return {}
    rows = db.session.scalars(for_list(visible_to(viewer).where(Question.id.in_(ids)))).unique()
    found = {question.id: question for question in rows}
    return {question_id: found[question_id] for question_id in ids if question_id in found}
