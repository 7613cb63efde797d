"""What a reader of reports can do about them: say what for they read, and ask our own people to look at a question."""

from __future__ import annotations

from flask import Blueprint, flash, request, session, url_for
from flask.typing import ResponseReturnValue

from app.affinity import asking_to_look, queries
from app.affinity.purposes import choose_purpose
from app.http import login_required, one_or_404, see_other, signed_in_person
from app.kernel.db import write
from app.kernel.errors import NotFound
from app.web.sales import door
from app.web.security.limits import limit
from app.web.security.places import here

blueprint = Blueprint("sales_asking", __name__)


@blueprint.post("/sales/purpose")
@login_required
def say_what_for() -> ResponseReturnValue:
    """Keep what the reader reads for, until they sign out or say otherwise, and go back to where they were.

    What is not in the list is refused, and what they said before stays.
    """
    session[door.PURPOSE] = choose_purpose(request.form.get("purpose")).value
    wanted = here()
    return see_other(wanted if wanted.startswith(door.AREA) else door.AREA)


@blueprint.post("/sales/accounts/<int:account_id>/look/<int:waiting_id>")
@login_required
@limit("looks")
def ask_to_look(account_id: int, waiting_id: int) -> ResponseReturnValue:
    """Ask the expert who has an open question, or the stewards, to look at it."""
    with write():
        reader = signed_in_person()
        account = one_or_404(queries.visible_to(reader), id=account_id)
        waiting = {question.id: question for question in queries.open_questions(account)}
        if waiting_id not in waiting:
            raise NotFound
        expert = asking_to_look.ask_to_look(waiting[waiting_id], account, by=reader)
    asked = f"{expert.first_name} has" if expert else "The stewards have"
    flash(f"{asked} been asked to look. Whoever wrote the question is told nothing.", "good")
    return see_other(url_for("sales.account", account_id=account_id, _anchor="waiting"))
