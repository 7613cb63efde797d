"""`/search?q=`: what was typed, what was found, and how to narrow it."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from app.http import viewer
from app.kernel.errors import Malformed
from app.search import queries
from app.search.language import MAX_CHARACTERS, parse
from app.search.port import MOST_HITS, IndexUnavailable
from app.web.search.page import SearchPage
from app.web.security.limits import limit

search = Blueprint("search", __name__)

LAST_PAGE = MOST_HITS // queries.PAGE


@search.get("/search")
@limit("search")
def results() -> ResponseReturnValue:
    """Found questions, best first; the search box and how to use it where nothing was typed."""
    typed = request.args.get("q", "")
    query, sort, number = parse(typed), chosen_sort(), chosen_page()
    found, is_available = queries.Results(), True
    if query.wanted:
        try:
            found = queries.find(query, viewer(), sort=sort, page=number)
        except IndexUnavailable:
            is_available = False
    page = SearchPage(" ".join(typed[:MAX_CHARACTERS].split()), query, found, sort, is_available)
    return _for_people(make_response(render_template("search/results.html", page=page)))


def chosen_sort() -> str:
    """The order that was asked for. Raises Malformed for one that does not exist."""
    sort = request.args.get("sort", "relevance")
    if sort not in queries.ORDERS:
        raise Malformed("There is no such order. Choose relevance, newest or votes.")
    return sort


def chosen_page() -> int:
    """The page that was asked for, from 1. Raises Malformed for one that cannot be."""
    number = request.args.get("page", "1")
    if not (number.isascii() and number.isdigit() and len(number) < 10 and 1 <= int(number) <= LAST_PAGE):
        raise Malformed("There is no such page of results. Start again from the first one.")
    return int(number)


def _for_people(response: Response) -> Response:
    """Search engines index the questions, not our lists of them."""
    response.headers["X-Robots-Tag"] = "noindex"
    return response
