"""Lists of questions: newest, active, unanswered, solved; by tag and by product."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement

from app.http import public_page, viewer
from app.kernel.errors import Malformed
from app.kernel.paging import PAGE_SIZE, Page
from app.questions import queries
from app.questions.models import Question
from app.topics import queries as topics

lists = Blueprint("lists", __name__)

Views = Mapping[str, tuple[str, Callable[[], ColumnElement[bool]] | None, str]]

# What the tabs above a list are called, and what each shows: a condition, and an order.
VIEWS: Views = {
    "newest": ("Newest", None, "newest"),
    "active": ("Active", None, "active"),
    "unanswered": ("Waiting for an answer", queries.unanswered, "newest"),
    "solved": ("Solved", queries.solved, "newest"),
    "thinking": ("Thinking about", queries.thinking, "newest"),
}
# What is for some people only is looked at by them alone, so guests do not meet the tab.
CONFIDENTIAL: Views = {"confidential": ("In confidence", queries.in_confidence, "newest")}


def chosen_view() -> str:
    """The view that was asked for. Raises Malformed for one that does not exist."""
    view = request.args.get("view", "newest")
    if view not in views():
        raise Malformed("There is no such list. Choose newest, active, unanswered, solved or thinking.")
    return view


def views() -> Views:
    """The views that the reader can choose from."""
    return {**VIEWS, **({} if viewer() is None else CONFIDENTIAL)}


def list_in_view(view: str, *conditions: ColumnElement[bool], limit: int = PAGE_SIZE) -> Page[Question]:
    """A page of questions that meet `conditions` and belong to the view."""
    _, condition, order = views()[view]
    rows = queries.visible_to(viewer()).where(*conditions)
    if condition:
        rows = rows.where(condition())
    return queries.list_page(rows, order=order, after=request.args.get("after"), limit=limit)


def render_list(template: str, *conditions: ColumnElement[bool], **context: object) -> str:
    """The list of the questions that meet `conditions`, in the view that was asked for."""
    view = chosen_view()
    return render_template(template, page=list_in_view(view, *conditions), view=view, views=views(), **context)


@lists.get("/questions")
@public_page
def index() -> ResponseReturnValue:
    return render_list("questions/index.html", popular_tags=topics.popular_tags())
