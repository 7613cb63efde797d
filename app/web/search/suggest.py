"""What may be meant by what stands in the box in the head of every page: questions, topics, and people.

Of people only who is signed in is told, and by two letters at the least. Asks the database at most four times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Row

from app.http import viewer
from app.kernel.db import db
from app.kernel.settings import settings
from app.people import queries as people_read
from app.people.handles import LONGEST as LONGEST_HANDLE
from app.search.language import MAX_CHARACTERS
from app.search.port import IndexUnavailable
from app.search.suggestions import SHORTEST, Suggested, suggested
from app.topics import queries as topics_read
from app.topics.models import Tag
from app.topics.rules import LONGEST_TAG
from app.web.security.limits import limit

blueprint = Blueprint("suggest", __name__)

MOST_QUESTIONS = 5
MOST_TOPICS = 3
MOST_PEOPLE = 3
MOST_FOR_BROWSERS = 8
LONGEST_NAME = 80
FOR_BROWSERS = "application/x-suggestions+json"


@dataclass(frozen=True)
class Suggestions:
    """What is offered below the box."""

    questions: Sequence[Suggested]
    topics: Sequence[tuple[Tag, str]]
    people: Sequence[Row[str, str, bool]]


@blueprint.get("/search/suggest")
@limit("finder")
def options() -> ResponseReturnValue:
    """Options of a list, in groups; nothing at all where nothing is like `q`."""
    typed = typed_text()
    found = Suggestions(questions_for(typed, MOST_QUESTIONS), topics_for(typed), people_for(typed))
    return render_template("search/_suggestions.html", found=found)


@blueprint.get("/search/suggest.json")
@limit("finder")
def for_browsers() -> ResponseReturnValue:
    """Titles and addresses as browsers take them for their own search box (OpenSearch Suggestions 1.1)."""
    typed = typed_text()
    found = questions_for(typed, MOST_FOR_BROWSERS)
    addresses = [f"{settings().base_url}/questions/{question.id}/{question.slug}" for question in found]
    response: Response = make_response(
        jsonify([typed, [question.title for question in found], ["" for _question in found], addresses])
    )
    response.content_type = FOR_BROWSERS
    return response


def typed_text() -> str:
    """What stands in the box. The end is kept as it is: behind a space the last word is complete."""
    return request.args.get("q", "").replace("\0", "").lstrip()[:MAX_CHARACTERS]


def questions_for(typed: str, most: int) -> list[Suggested]:
    """Questions that everybody may read; none while there is no index."""
    try:
        return suggested(typed, most=most)
    except IndexUnavailable:
        return []


def topics_for(typed: str) -> Sequence[tuple[Tag, str]]:
    """Topics in public use that are called so, words in their names joined as they are there."""
    name = "-".join(typed.split())
    return topics_read.tags_beginning(name, MOST_TOPICS) if SHORTEST <= len(name) <= LONGEST_TAG else []


def people_for(typed: str) -> Sequence[Row[str, str, bool]]:
    """Handle, name, and whether somebody is an expert; nobody for guests."""
    begun = " ".join(typed.split()).removeprefix("@")
    if viewer() is None or not SHORTEST <= len(begun) <= max(LONGEST_NAME, LONGEST_HANDLE):
        return []
    return db.session.execute(people_read.called(begun).limit(MOST_PEOPLE)).all()
