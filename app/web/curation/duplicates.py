"""Saying that a question asks the same as another one, confirming it, and turning it down."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue

from app.curation import rules
from app.curation.duplicates import (
    confirm_duplicate,
    open_proposal,
    propose_duplicate,
    turn_down_duplicate,
)
from app.http import login_required, one_or_404, see_other, signed_in_person, viewer
from app.kernel.errors import RuleBroken
from app.questions.models import Question
from app.questions.queries import visible_to
from app.search.likely import dismiss
from app.web.curation.finding import deed_on, other_named, similar_to, to_read
from app.web.curation.forms import DuplicateForm, RefusalForm
from app.web.security.limits import spend
from app.web.ui.refusals import KEPT_IN_THE_FORM, answer_refused

blueprint = Blueprint("duplicates", __name__, url_prefix="/questions/<int:question_id>/duplicate")

DESK = "/desk/listening#asked-again"
DECIDED = "This was decided meanwhile. Look at the question again."


@blueprint.get("")
@login_required
def form(question_id: int) -> ResponseReturnValue:
    """Which question asks the same."""
    question = to_read(question_id)
    rules.check_can_propose_duplicate(signed_in_person(), question)
    number = request.args.get("original", type=int)
    return render_form(question, DuplicateForm(formdata=None, other=f"/questions/{number}" if number else ""))


@blueprint.post("")
@login_required
def propose(question_id: int) -> ResponseReturnValue:
    """Say which; whoever may confirm it has confirmed it by that."""
    typed = DuplicateForm()
    question = to_read(question_id)
    rules.check_can_propose_duplicate(signed_in_person(), question)
    if not typed.validate_on_submit():
        return render_form(question, typed), 422
    try:
        spend("posts")
        address = deed_on(question_id, lambda found: _propose(found, typed))
    except KEPT_IN_THE_FORM as refusal:
        return answer_refused(render_form(to_read(question_id), typed, refusal=refusal.sentence), refusal)
    return see_other(address)


@blueprint.post("/confirmation")
@login_required
def confirm(question_id: int) -> ResponseReturnValue:
    """Yes, both ask the same."""

    def deed(question: Question) -> None:
        proposal = open_proposal(question)
        if proposal is None:
            raise RuleBroken(DECIDED)
        confirm_duplicate(proposal, question, by=signed_in_person())

    address = deed_on(question_id, deed)
    flash("Closed. Whoever comes here is led to the other question.", "good")
    return see_other(address)


@blueprint.post("/likely/<int:original_id>/dismissal")
@login_required
def dismiss_likely(question_id: int, original_id: int) -> ResponseReturnValue:
    """They only look alike. From the desk, one goes on with the next pair there."""

    def deed(question: Question) -> None:
        dismiss(question, one_or_404(visible_to(viewer()), id=original_id).id, by=signed_in_person())

    address = deed_on(question_id, deed)
    flash("Noted. The two are not proposed again.", "good")
    return see_other(DESK if request.form.get("place") == "desk" else address)


@blueprint.post("/refusal")
@login_required
def turn_down(question_id: int) -> ResponseReturnValue:
    """No, they differ; or whoever proposed it takes it back, which needs no words."""
    typed = RefusalForm()
    is_valid = typed.validate_on_submit()

    def deed(question: Question) -> None:
        proposal = open_proposal(question)
        if proposal is None:
            raise RuleBroken(DECIDED)
        if proposal.proposed_by_id != signed_in_person().id and not is_valid:
            raise RuleBroken(str(next(iter(typed.words.errors), "Say in a few words how they differ.")))
        turn_down_duplicate(proposal, question, by=signed_in_person(), words=typed.words.data or "")

    return see_other(deed_on(question_id, deed))


def render_form(question: Question, typed: DuplicateForm, *, refusal: str = "") -> str:
    """The form, with questions that look like this one."""
    typed.offer(similar_to(question))
    decides = rules.may_settle_duplicate(signed_in_person(), question)
    return render_template("curation/duplicate.html", question=question, form=typed, refusal=refusal, decides=decides)


def _propose(question: Question, typed: DuplicateForm) -> None:
    other = other_named(typed.named)
    proposal = propose_duplicate(question, other, by=signed_in_person(), note=typed.note.data or "")
    if proposal.confirmed:
        flash("Closed. Whoever comes here is led to the other question.", "good")
    else:
        flash("Proposed. The person who asked, an expert or a steward decides.", "good")
