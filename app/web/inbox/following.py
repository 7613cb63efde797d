"""Following a question, and ending that."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.http import login_required, one_or_404, see_other, signed_in_person, viewer
from app.kernel.db import write
from app.notifications import actions
from app.questions.models import Question
from app.questions.queries import visible_to
from app.web.questions.views import address_of
from app.web.security.limits import limit

blueprint = Blueprint("following", __name__, url_prefix="/questions/<int:question_id>")


@blueprint.post("/follow")
@limit("votes")
@login_required
def follow(question_id: int) -> ResponseReturnValue:
    """Tell the reader what happens here."""
    with write():
        question = _question(question_id)
        actions.follow(question, by=signed_in_person())
        address = address_of(question)
    return see_other(address)


@blueprint.delete("/follow")
@blueprint.post("/follow/remove")
@limit("votes")
@login_required
def end_follow(question_id: int) -> ResponseReturnValue:
    """Tell the reader no more, whatever they write here later."""
    with write():
        question = _question(question_id)
        actions.end_follow(question, by=signed_in_person())
        address = address_of(question)
    return see_other(address)


def _question(question_id: int) -> Question:
    return one_or_404(visible_to(viewer()), id=question_id)
