"""`/search?q=`: what was typed, what was found, and how to narrow it."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from app.http import viewer
from app.kernel.errors import Malformed
from app.questions import queries as questions
from app.search import index_progress, queries, saved
from app.search.language import MAX_CHARACTERS, Query, parse
from app.search.matching import PAGE
from app.search.port import MOST_HITS, IndexUnavailable
from app.search.queries import Results
from app.topics.queries import popular_tags
from app.web.search.addresses import BY_ITSELF
from app.web.search.counting import count_afterwards, report_afterwards
from app.web.search.page import SearchPage
from app.web.search.people import named, see_it_first, who_know
from app.web.search.ways_on import asking, looser
from app.web.security.limits import limit

search = Blueprint("search", __name__)

LAST_PAGE = MOST_HITS // PAGE
NEWEST_SHOWN = 5


@search.get("/search")
@limit("search")
def results() -> ResponseReturnValue:
    """Found questions, best first; what can be searched for where nothing was typed; other ways where nothing works."""
    query, sort, number = parse(request.args.get("q", "")), chosen_sort(), chosen_page()
    if not query.wanted:
        return _for_people(_start(query, sort))
    try:
        found = queries.find(query, viewer(), sort=sort, page=number)
    except IndexUnavailable:
        response = _for_people(_without_index(query, sort))
        report_afterwards(response, query)
        return response
    response = _for_people(_found(found, sort))
    if number == 1 and sort == BY_ITSELF:
        count_afterwards(response, found)
    return response


def chosen_sort() -> str:
    """The order that was asked for. Raises Malformed for one that does not exist."""
    sort = request.args.get("sort", BY_ITSELF)
    if sort not in queries.ORDERS:
        raise Malformed("There is no such order. Choose relevance, newest or votes.")
    return sort


def chosen_page() -> int:
    """The page that was asked for, from 1. Raises Malformed for one that cannot be."""
    number = request.args.get("page", "1")
    if not (number.isascii() and number.isdigit() and len(number) < 10 and 1 <= int(number) <= LAST_PAGE):
        raise Malformed("There is no such page of results. Start again from the first one.")
    return int(number)


def _start(query: Query, sort: str) -> str:
    """Nothing that can be looked for was typed."""
    return render_template("search/start.html", page=_page(Results(query=query), sort), tags=popular_tags())


def _without_index(query: Query, sort: str) -> str:
    """There is no index that can be asked: what works without one."""
    page = _page(Results(query=query), sort, is_available=False)
    newest = questions.list_page(questions.visible_to(viewer()).where(questions.for_everybody()), limit=NEWEST_SHOWN)
    return render_template("search/unavailable.html", page=page, newest=newest.items, tags=popular_tags())


def _found(found: Results, sort: str) -> str:
    """What was found; where that is nothing, or not quite what was typed, with ways on."""
    is_first = found.page == 1
    return render_template(
        "search/results.html",
        page=_page(found, sort),
        is_filling=index_progress.is_filling(),
        named=named(found.query) if is_first else [],
        knowing=who_know(found) if is_first and found.complete else None,
        looser=[] if found.complete else looser(found.query, has_some=found.others > 0),
        asking=asking(found.query),
        see_it_first=[] if found.complete else see_it_first(found.query),
        kept=_kept(found.query),
    )


def _page(found: Results, sort: str, *, is_available: bool = True) -> SearchPage:
    typed = " ".join(request.args.get("q", "")[:MAX_CHARACTERS].split())
    return SearchPage(typed, found, sort, is_available)


def _kept(query: Query) -> bool:
    """Whether the reader keeps this search already."""
    reader = viewer()
    return reader is not None and saved.is_kept(query, reader)


def _for_people(page: str) -> Response:
    """Search engines index the questions, not our lists of them."""
    response: Response = make_response(page)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
