"""After a meeting: what came of it, and whether it counts for the member's company."""

from __future__ import annotations

from flask import Blueprint, flash
from flask.typing import ResponseReturnValue

from app.http import login_required, see_other, signed_in_person
from app.kernel.db import write
from app.meetings import actions, rules
from app.web.meetings.forms import OutcomeForm
from app.web.meetings.requests import find_request, render_request
from app.web.security.limits import limit
from app.web.ui.again import shown_again

blueprint = Blueprint("after_meetings", __name__, url_prefix="/meetings/<int:request_id>")


@blueprint.post("/note")
@limit("deeds")
@login_required
def note(request_id: int) -> ResponseReturnValue:
    """Keep what came of it in one's own words."""
    rules.check_is_over(find_request(request_id))
    refused = shown_again(
        OutcomeForm(),
        lambda form: actions.note_outcome(find_request(request_id), form.note.data or "", by=signed_in_person()),
        lambda form, refusal: render_request(find_request(request_id), noting=form, refusal=refusal),
    )
    return refused or _done(request_id, "Saved. The two of you can read it.")


@blueprint.post("/count")
@limit("deeds")
@login_required
def count(request_id: int) -> ResponseReturnValue:
    """Let the meeting count for one's company."""
    return _let_count(request_id, counts=True, words="It counts for your company now. You can take that back.")


@blueprint.delete("/count")
@blueprint.post("/count/remove")
@limit("deeds")
@login_required
def count_no_more(request_id: int) -> ResponseReturnValue:
    """Let it not count."""
    return _let_count(request_id, counts=False, words="It counts for nobody any more.")


def _let_count(request_id: int, *, counts: bool, words: str) -> ResponseReturnValue:
    with write():
        actions.let_count(find_request(request_id), by=signed_in_person(), counts=counts)
    return _done(request_id, words)


def _done(request_id: int, words: str) -> ResponseReturnValue:
    flash(words, "good")
    return see_other(f"/meetings/{request_id}")
