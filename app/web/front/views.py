"""The front page."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.http import public_page, viewer
from app.people import queries as people
from app.people.models import Person
from app.questions import queries
from app.reputation.directory import Wish, by_activity, first_of
from app.topics import queries as topics
from app.web.questions.lists import VIEWS, chosen_view, list_in_view
from app.web.ui.experts import known
from app.web.ui.figures import figures

front = Blueprint("front", __name__)

EXPERTS_SHOWN = 5
QUESTIONS_SHOWN = 10
TOPICS_SHOWN = 10
SOLVED_SHOWN = 3


@front.get("/")
@public_page
def show() -> ResponseReturnValue:
    """Who answers, and the questions, in the order that was asked for."""
    view = chosen_view()
    return render_template(
        "front/show.html",
        page=list_in_view(view, limit=QUESTIONS_SHOWN),
        view=view,
        views=VIEWS,
        experts=known(shown_experts()),
        expert_count=people.count_experts(),
        solved=queries.lately_solved(viewer(), SOLVED_SHOWN),
        popular_tags=topics.popular_tags(TOPICS_SHOWN),
    )


def shown_experts() -> Sequence[Person]:
    """Those who answered last; where figures about people are not shown, those who have been here longest."""
    if not figures().of_people:
        return people.first_experts(EXPERTS_SHOWN)
    return first_of(by_activity(Wish(here=True)), EXPERTS_SHOWN)
