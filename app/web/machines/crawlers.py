"""What search engines may read, and where it is. Only what a guest may see is in it."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func

from app.http import public_page
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.kernel.settings import settings
from app.people import personal as people
from app.questions import queries
from app.questions.models import Question

# By id, so that a page of the map stays what it is while new questions come.
QUESTIONS_A_PAGE = 10_000
PAGES = (
    "/",
    "/questions",
    "/experts",
    "/experts/posts",
    "/promise",
    "/privacy",
    "/terms",
    "/accessibility",
    "/guidelines",
)
KEPT_OUT = (
    "/admin",
    "/confirm/",
    "/desk",
    "/drafts",
    "/editor",
    "/inbox",
    "/join/",
    "/questions/ask",
    "/reset",
    "/sales",
    "/search",
    "/settings",
    "/sign-in",
    "/sign-out",
    "/sign-up",
)

blueprint = Blueprint("crawlers", __name__)


@blueprint.get("/robots.txt")
def robots() -> ResponseReturnValue:
    """What crawlers keep out of."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in KEPT_OUT)]
    lines.append(f"Sitemap: {settings().base_url}/sitemap.xml")
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@blueprint.get("/sitemap.xml")
@public_page
def sitemap() -> ResponseReturnValue:
    """The index of the map's pages; with ?page=, the pages of the site in one of them."""
    page = request.args.get("page")
    if page is None:
        return _xml("site/sitemap_index.xml", pages=range(_last_page() + 1), base=settings().base_url)
    if not (page.isascii() and page.isdigit() and len(page) < 10 and int(page) <= _last_page()):
        raise NotFound
    return _xml("site/sitemap.xml", entries=_entries(int(page)), base=settings().base_url)


def _last_page() -> int:
    newest = db.session.scalar(queries.visible_to(None).with_only_columns(func.max(Question.id)))
    return (newest or 0) // QUESTIONS_A_PAGE


def _entries(page: int) -> list[tuple[str, datetime | None]]:
    first = page * QUESTIONS_A_PAGE
    rows = (
        queries.visible_to(None)
        .where(Question.id >= first, Question.id < first + QUESTIONS_A_PAGE)
        # A duplicate only leads on to its original.
        .where(Question.duplicate_of_id.is_(None))
        .with_only_columns(Question.id, Question.slug, Question.last_activity_at)
        .order_by(Question.id)
    )
    fixed = (*PAGES, *(f"/@{handle}" for handle in people.findable_handles())) if page == 0 else ()
    return [(path, None) for path in fixed] + [
        (url_for("questions.show", question_id=number, slug=slug), moment)
        for number, slug, moment in db.session.execute(rows)
    ]


def _xml(template: str, **context: object) -> Response:
    return Response(render_template(template, **context), mimetype="application/xml")
