"""What matches a query of what a viewer may see, in order: the index proposes, the database decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from app.kernel import clock
from app.kernel.db import db
from app.people.models import Person
from app.questions.models import Question
from app.questions.queries import for_everybody, visible_to
from app.search.checking import kept
from app.search.engines import site_index
from app.search.filters import narrowed
from app.search.language import Query
from app.search.lifts import Standing, lift, standing_of, with_standing
from app.search.port import Hit, Order

FEW_TO_CHECK = 60
"""Up to so many threads are all looked at again before they are counted; of more, those of the page that is shown."""

PAGE = 20


@dataclass(frozen=True, kw_only=True)
class Matches:
    """Ids of questions in order: those that match the whole query, and those that have only some of its words.

    `shown` are those of the page that was asked for; `has_more` says whether another page follows. `is_mixed`: the
    query describes a problem, so what fits best comes first, of either kind. `is_capped`: there are more than these.
    `is_partial`: the engine ran out of time.
    """

    complete: tuple[int, ...] = ()
    others: tuple[int, ...] = ()
    shown: tuple[int, ...] = ()
    has_more: bool = False
    is_mixed: bool = False
    is_capped: bool = False
    is_partial: bool = False


@dataclass(frozen=True)
class _Match:
    """A thread that was found; `score` is after all lifts."""

    standing: Standing
    score: float
    is_complete: bool

    @property
    def id(self) -> int:
        return self.standing.id


def match(query: Query, viewer: Person | None, *, sort: str = "relevance", page: int = 1) -> Matches:
    """What matches a query that was looked up (app.search.lookup). Raises IndexUnavailable.

    What was asked in confidence is never among it, whoever looks. Three queries at most, besides the engine's own.
    """
    if not (query.words or query.phrases) and sort == "relevance":
        sort = "newest"
    hits = site_index().query(query, order=Order.NEWEST if sort == "newest" else Order.RELEVANCE)
    found = sorted(_visible(hits.found, query, viewer), key=SORTS[sort])
    is_mixed = hits.is_mixed and sort == "relevance"
    if not is_mixed:
        # What is equal stays in order: questions with only some of the words come last.
        found.sort(key=lambda each: not each.is_complete)
    matches = _checked(found, query, viewer, slice((page - 1) * PAGE, page * PAGE))
    return replace(matches, is_mixed=is_mixed, is_capped=hits.is_capped, is_partial=hits.is_partial)


def _checked(found: Sequence[_Match], query: Query, viewer: Person | None, page: slice) -> Matches:
    """Those that have the words in what `viewer` may read now. Pages begin at the same places, whatever is gone."""
    ids, some = [each.id for each in found], {each.id for each in found if not each.is_complete}
    are_few = len(ids) <= FEW_TO_CHECK
    looked_at = ids if are_few else ids[page]
    gone = set(looked_at) - kept(looked_at, query, viewer, some=some)
    left = [each for each in ids if each not in gone]
    paged = left if are_few else ids
    return Matches(
        complete=tuple(each for each in left if each not in some),
        others=tuple(each for each in left if each in some),
        shown=tuple(each for each in paged[page] if each not in gone),
        has_more=len(paged) > page.stop,
    )


def _visible(hits: Sequence[Hit], query: Query, viewer: Person | None) -> list[_Match]:
    """Those of the hits that `viewer` may see and that are what the facts and days ask for, in one query."""
    if not hits:
        return []
    by_id = {hit.id: hit for hit in hits}
    rows = narrowed(visible_to(viewer).where(for_everybody(), Question.id.in_(by_id)), query)
    now = clock.now()
    found = map(standing_of, db.session.execute(with_standing(rows, list(by_id))))
    return [_Match(each, by_id[each.id].score * lift(each, now), by_id[each.id].is_complete) for each in found]


def _best_first(found: _Match) -> tuple[float, int]:
    return -found.score, -found.id


def _newest_first(found: _Match) -> tuple[float, int]:
    return -found.standing.asked_at.timestamp(), -found.id


def _most_votes_first(found: _Match) -> tuple[float, ...]:
    return -found.standing.votes, *_best_first(found)


SORTS: dict[str, Callable[[_Match], tuple[float, ...]]] = {
    "relevance": _best_first,
    "newest": _newest_first,
    "votes": _most_votes_first,
}
"""What found questions are put in order by."""
