"""Questions that may be looked for, while somebody still types the words: quick, and of what everybody may read."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import func

from app.kernel.db import db
from app.questions.models import Question
from app.questions.queries import visible_to
from app.search.checking import has_words
from app.search.completion import complete
from app.search.engines import site_index
from app.search.language import Phrase, Query, Word, parse

SHORTEST = 2
LOOKED_AT = 20
SECONDS = 0.03
BEGINNING = 2_000
"""Characters of a question that are looked at: words that stand further below, or in answers, suggest nothing."""


@dataclass(frozen=True)
class Suggested:
    """A question by its title."""

    id: int
    slug: str
    title: str


def suggested(typed: str, *, most: int = 5) -> list[Suggested]:
    """Questions with all the words of `typed`, those with them in the title first; the last word may be unfinished.

    Asks two database queries. Raises IndexUnavailable.
    """
    query = completed(typed)
    if not query.wanted:
        return []
    hits = site_index().query(query, limit=LOOKED_AT, seconds=SECONDS)
    ids = [hit.id for hit in hits.found if hit.is_complete]
    found = _visible(ids, query) if ids else {}
    in_order = [found[each] for each in ids if each in found]
    return sorted(in_order, key=lambda question: not has_words(query, [question.title]))[:most]


def completed(typed: str) -> Query:
    """The words of `typed`, the last one with words that go on like it; nothing where more than words was typed."""
    query = parse(typed)
    if len(typed.strip()) < SHORTEST or query.unwanted or not _are_words(query):
        return Query()
    last = query.wanted[-1]
    if typed[-1:].isspace() or not isinstance(last, Word):
        return query
    others = [word for word in complete(last.text) if word != last.text.lower()]
    return replace(query, wanted=(*query.wanted[:-1], replace(last, also=tuple(others))))


def _are_words(query: Query) -> bool:
    return bool(query.wanted) and all(isinstance(term, Word | Phrase) for term in query.wanted)


def _visible(ids: list[int], query: Query) -> dict[int, Suggested]:
    """Those of the questions whose words stand where every guest sees them."""
    columns = (Question.id, Question.slug, Question.title, func.substr(Question.body, 1, BEGINNING).label("body"))
    rows = visible_to(None).where(Question.id.in_(ids)).with_only_columns(*columns)
    return {
        row.id: Suggested(row.id, row.slug, row.title)
        for row in db.session.execute(rows)
        if has_words(query, [row.title, row.body])
    }
