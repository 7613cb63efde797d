"""“I was wrong”: an author puts a right text in place of a wrong one."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.http import login_required, see_other, signed_in_person
from app.kernel.db import write
from app.kernel.errors import ChangedMeanwhile, RuleBroken
from app.kernel.text import MAX_SOURCE, RenderedHtml, render
from app.marks import actions, rules
from app.marks.change import changed_part
from app.people import queries as people
from app.people.models import Person
from app.posts.bodies import prepare_body
from app.questions.models import Answer, Question
from app.web.marks.forms import CorrectionForm
from app.web.marks.views import answer_and_question
from app.web.questions.checking import author_agrees
from app.web.questions.views import address_of
from app.web.security.limits import spend
from app.web.ui.refusals import KEPT_IN_THE_FORM, answer_refused

corrections = Blueprint("corrections", __name__)


@corrections.get("/answers/<int:answer_id>/correction")
@login_required
def ask(answer_id: int) -> ResponseReturnValue:
    answer, question = answer_and_question(answer_id)
    rules.check_can_own_mistake(signed_in_person(), answer, question)
    form = CorrectionForm(formdata=None, body=answer.body, revision=answer.revision_number)
    return render_correction(answer, question, form)


@corrections.post("/answers/<int:answer_id>/correction")
@login_required
def correct(answer_id: int) -> ResponseReturnValue:
    form = CorrectionForm()
    answer, question = answer_and_question(answer_id)
    rules.check_can_own_mistake(signed_in_person(), answer, question)
    if "preview" in request.form:
        spend("preview")
        return render_correction(answer, question, form, preview=render((form.body.data or "")[:MAX_SOURCE]).html)
    if not form.validate_on_submit() or not author_agrees(form, question.visibility, published=(answer.body,)):
        return render_correction(answer, question, form), 422
    try:
        spend("posts")
        address = save_correction(answer, form)
    except KEPT_IN_THE_FORM as refusal:
        page = render_correction(*answer_and_question(answer_id), form, refusal=refusal.sentence)
        return answer_refused(page, refusal)
    except ChangedMeanwhile as refusal:
        return render_conflict(answer_id, form, refusal.sentence), 409
    return see_other(address)


def save_correction(answer: Answer, form: CorrectionForm) -> str:
    """Write the correction; returns where to read it. Raises RuleBroken and ChangedMeanwhile."""
    answer_id, body = answer.id, prepare_body(form.body.data or "")
    thanks = person_to_thank(form.thanks.data or "")
    confession = actions.Confession(
        body=body,
        reason=form.reason.data or "",
        revision_number=form.revision.data or 0,
        changed=changed_part(answer.body, body.source),
        thanks=thanks,
    )
    with write():
        answer, question = answer_and_question(answer_id)
        actions.own_mistake(answer, question, confession, by=signed_in_person())
        return address_of(question, anchor=f"answer-{answer_id}")


def person_to_thank(handle: str) -> Person | None:
    """Whoever has this handle; None where none was given. Raises RuleBroken for a handle that nobody has."""
    handle = handle.removeprefix("@")
    if not handle:
        return None
    person = people.find_by_handle_ever(handle)
    if person is None:
        raise RuleBroken(f"Nobody here is called @{handle}. Look at the handle beside the name, or leave it out.")
    return person


def render_correction(
    answer: Answer,
    question: Question,
    form: CorrectionForm,
    *,
    preview: RenderedHtml | None = None,
    refusal: str = "",
    is_conflict: bool = False,
) -> str:
    """The form with the text of now; after a conflict, with what the answer has become beside it."""
    context = {"preview": preview, "refusal": refusal, "is_conflict": is_conflict}
    return render_template("marks/correct.html", answer=answer, question=question, form=form, **context)


def render_conflict(answer_id: int, form: CorrectionForm, sentence: str) -> str:
    """The form with what was typed, beside the text that the answer has by now."""
    answer, question = answer_and_question(answer_id)
    form.revision.data, form.revision.raw_data = answer.revision_number, None
    return render_correction(answer, question, form, refusal=sentence, is_conflict=True)
