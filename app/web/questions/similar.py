"""Questions like the one that is read, fetched once its page stands: asking the engine must not hold the page up."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.http import one_or_404, public_page, viewer
from app.questions.queries import visible_to
from app.search import alike
from app.search.port import IndexUnavailable
from app.web.security.limits import limit

blueprint = Blueprint("similar", __name__)

MOST_SHOWN = 5


@blueprint.get("/questions/<int:question_id>/similar")
@limit("similar")
@public_page
def beside(question_id: int) -> ResponseReturnValue:
    """A panel as a fragment of HTML; empty where nothing is like it, and for want of an index."""
    question = one_or_404(visible_to(viewer()), id=question_id)
    try:
        found = alike.beside(question, viewer(), MOST_SHOWN)
    except IndexUnavailable:
        found = []
    return render_template("questions/_beside.html", question=question, similar=found)
