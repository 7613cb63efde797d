"""Closing a question and opening it again, locking a thread and unlocking it."""

from __future__ import annotations

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue

from app.curation import closures, rules
from app.http import login_required, see_other, signed_in_person
from app.kernel.errors import RuleBroken
from app.questions.models import CloseReason, Question
from app.web.curation.finding import deed_on, to_read
from app.web.curation.forms import CloseForm, NoteForm, with_reasons
from app.web.security.limits import limit
from app.web.ui.refusals import answer_refused

blueprint = Blueprint("closures", __name__, url_prefix="/questions/<int:question_id>")


@blueprint.get("/closure")
@login_required
def closing(question_id: int) -> ResponseReturnValue:
    """Why, and what whoever asked can do about it."""
    question = to_read(question_id)
    _check_can_close(question)
    return render_closing(question, CloseForm(formdata=None))


@blueprint.post("/closure")
@limit("deeds")
@login_required
def close(question_id: int) -> ResponseReturnValue:
    """Take no more answers."""
    form = CloseForm()
    question = to_read(question_id)
    _check_can_close(question)
    offer_reasons(form, question)
    if not form.validate_on_submit():
        return render_closing(question, form), 422
    reason, note, by = form.reason.data, form.note.data or "", signed_in_person()
    try:
        address = deed_on(question_id, lambda found: closures.close_question(found, reason, by=by, note=note))
    except RuleBroken as refusal:
        return answer_refused(render_closing(to_read(question_id), form, refusal=refusal.sentence), refusal)
    flash("Closed. It takes no more answers; comments still can be made.", "good")
    return see_other(address)


@blueprint.delete("/closure")
@blueprint.post("/closure/remove")
@limit("deeds")
@login_required
def reopen(question_id: int) -> ResponseReturnValue:
    """Take answers again."""
    address = deed_on(question_id, lambda found: closures.reopen_question(found, by=signed_in_person()))
    flash("Open again.", "good")
    return see_other(address)


@blueprint.get("/lock")
@login_required
def locking(question_id: int) -> ResponseReturnValue:
    """Why the thread is to stay as it is."""
    question = to_read(question_id)
    rules.check_can_lock(signed_in_person(), question)
    return render_template("curation/lock.html", question=question, form=NoteForm(formdata=None), refusal="")


@blueprint.post("/lock")
@limit("deeds")
@login_required
def lock(question_id: int) -> ResponseReturnValue:
    """Let nobody but stewards write there."""
    form = NoteForm()
    question = to_read(question_id)
    rules.check_can_lock(signed_in_person(), question)
    if not form.validate_on_submit():
        return render_template("curation/lock.html", question=question, form=form, refusal=""), 422
    note, by = form.note.data or "", signed_in_person()
    return see_other(deed_on(question_id, lambda found: closures.lock_thread(found, by=by, note=note)))


@blueprint.delete("/lock")
@blueprint.post("/lock/remove")
@limit("deeds")
@login_required
def unlock(question_id: int) -> ResponseReturnValue:
    """Let everybody write there again."""
    return see_other(deed_on(question_id, lambda found: closures.unlock_thread(found, by=signed_in_person())))


def render_closing(question: Question, form: CloseForm, *, refusal: str = "") -> str:
    """The form, with the reasons that this reader may give."""
    offer_reasons(form, question)
    advice = {reason.value: rules.REASONS[reason].advice for reason in rules.REASONS}
    return render_template("curation/close.html", question=question, form=form, refusal=refusal, advice=advice)


def offer_reasons(form: CloseForm, question: Question) -> None:
    """Let one of the reader's own reasons be chosen."""
    reasons: tuple[CloseReason, ...] = rules.reasons_for(signed_in_person(), question)
    with_reasons(form, [(reason.value, f"{rules.REASONS[reason].words}.") for reason in reasons])


def _check_can_close(question: Question) -> None:
    rules.check_may_close(signed_in_person(), question)
    rules.check_is_open(signed_in_person(), question)
