"""The front page."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.http import public_page, viewer
from app.kernel import clock
from app.people import queries as people
from app.questions import expertise, queries
from app.topics import queries as topics
from app.web.questions.lists import VIEWS, chosen_view, list_in_view
from app.web.ui.dates import duration_words

front = Blueprint("front", __name__)

EXPERTS_SHOWN = 5
QUESTIONS_SHOWN = 10
TOPICS_SHOWN = 10
SOLVED_SHOWN = 3
A_WEEK = timedelta(days=7)
# Somebody who answers within so many hours most often does so before the day is over.
SAME_DAY_FROM, SAME_DAY_TO = timedelta(hours=8), timedelta(hours=24)


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
        experts=shown_experts(),
        expert_count=people.count_experts(),
        solved=queries.lately_solved(viewer(), SOLVED_SHOWN),
        popular_tags=topics.popular_tags(TOPICS_SHOWN),
        pace=pace_words,
    )


def shown_experts() -> list[expertise.Expertise]:
    """The experts of the week; in a week without answers, those who have been here longest."""
    busiest = expertise.busiest_experts(clock.now() - A_WEEK, EXPERTS_SHOWN)
    return expertise.expertise_of(busiest or people.first_experts(EXPERTS_SHOWN))


def pace_words(pace: timedelta | None) -> str:
    """How soon somebody answers: "Answers in 3 hours", "Answers the same day"; "" when nobody can say yet."""
    if pace is None:
        return ""
    if SAME_DAY_FROM <= pace < SAME_DAY_TO:
        return "Answers the same day"
    return f"Answers in {duration_words(max(pace, timedelta(minutes=1)))}"
