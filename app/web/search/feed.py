"""A search as a feed: the newest questions that it finds, for whoever reads with another program.

It is the same for everybody, and holds what a guest may read.
"""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import joinedload

from app.http import public_page
from app.kernel.db import db
from app.kernel.errors import Busy, Malformed
from app.kernel.settings import settings
from app.questions.models import Question
from app.questions.queries import visible_to
from app.search.excerpts import Excerpt
from app.search.language import ONLY_WITHOUT, Query, parse
from app.search.lookup import look_up
from app.search.matching import match
from app.search.passages import excerpts_of
from app.search.port import IndexUnavailable
from app.web.questions.feeds import BEGAN, Entry, Feed, in_xml, of_question, send
from app.web.search.addresses import address_of, feed_of
from app.web.security.limits import limit

NOT_NOW = "We cannot search right now. Ask for this feed again in a few minutes."
SOME_MINUTES = 600

blueprint = Blueprint("search_feed", __name__)


@blueprint.get("/search.atom")
@limit("feeds")
@public_page
def show() -> ResponseReturnValue:
    """What is found, the newest first. Raises Malformed where nothing is looked for."""
    query = parse(request.args.get("q", ""))
    if not query.wanted:
        raise Malformed(query.remarks[0] if query.remarks else ONLY_WITHOUT)
    title = in_xml(f"{query} · {settings().site_name}")
    response = send(Feed(feed_of(query), address_of(query, "newest"), title, _entries(query), BEGAN))
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _entries(query: Query) -> list[Entry]:
    """What a guest finds with every word. Raises Busy without an index, so that programs keep what they have."""
    query = look_up(query, None)
    try:
        matches = match(query, None, sort="newest")
    except IndexUnavailable as error:
        raise Busy(NOT_NOW, SOME_MINUTES) from error
    complete = set(matches.complete)
    ids = [each for each in matches.shown if each in complete]
    rows = visible_to(None).where(Question.id.in_(ids)).options(joinedload(Question.author))
    by_id = {question.id: question for question in db.session.scalars(rows)}
    excerpts = excerpts_of(by_id, query)
    return [_entry(by_id[each], excerpts[each]) for each in ids if each in by_id]


def _entry(question: Question, found: Excerpt) -> Entry:
    """The question with the passage that says why it was found."""
    html = render_template("search/_in_feed.html", excerpt=found)
    return replace(of_question(question), html=in_xml(html))
