"""Moving a thread: into another one, or to other topics."""

from __future__ import annotations

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue

from app.curation import rules
from app.curation.mergers import merge_threads, what_moves
from app.curation.moves import move_question
from app.http import login_required, see_other, signed_in_person
from app.kernel.errors import RuleBroken
from app.questions.models import Question
from app.questions.rules import check_can_move_to_topics
from app.web.curation.finding import deed_on, other_named, similar_to, to_read
from app.web.curation.forms import MergeForm, MoveForm
from app.web.questions.forms import split_tags
from app.web.ui.refusals import answer_refused

blueprint = Blueprint("moves", __name__, url_prefix="/questions/<int:question_id>")


@blueprint.get("/merger")
@login_required
def merging(question_id: int) -> ResponseReturnValue:
    """Which thread takes this one in, and what moves there."""
    question = to_read(question_id)
    rules.check_may_merge(signed_in_person(), question)
    return render_merging(question, MergeForm(formdata=None))


@blueprint.post("/merger")
@login_required
def merge(question_id: int) -> ResponseReturnValue:
    """Move everything below the question into the other thread."""
    form = MergeForm()
    question = to_read(question_id)
    rules.check_may_merge(signed_in_person(), question)
    if not form.validate_on_submit():
        return render_merging(question, form), 422
    try:
        address = deed_on(question_id, lambda found: _merge(found, form))
    except RuleBroken as refusal:
        return answer_refused(render_merging(to_read(question_id), form, refusal=refusal.sentence), refusal)
    flash("Merged. Whoever comes here is led to the other question.", "good")
    return see_other(address)


@blueprint.get("/topics")
@login_required
def moving(question_id: int) -> ResponseReturnValue:
    """The topics of the question, to be changed."""
    question = to_read(question_id)
    check_can_move_to_topics(signed_in_person(), question)
    return render_moving(question, MoveForm(formdata=None, tags=", ".join(tag.name for tag in question.tags)))


@blueprint.post("/topics")
@login_required
def move(question_id: int) -> ResponseReturnValue:
    """Give the question other topics."""
    form = MoveForm()
    question = to_read(question_id)
    check_can_move_to_topics(signed_in_person(), question)
    if not form.validate_on_submit():
        return render_moving(question, form), 422
    tags, reason, by = split_tags(form.tags.data), form.reason.data or "", signed_in_person()
    try:
        address = deed_on(question_id, lambda found: move_question(found, tags, by=by, reason=reason))
    except RuleBroken as refusal:
        return answer_refused(render_moving(to_read(question_id), form, refusal=refusal.sentence), refusal)
    return see_other(address)


def render_merging(question: Question, form: MergeForm, *, refusal: str = "") -> str:
    """The form, with what would move."""
    form.offer(one for one in similar_to(question) if one.visibility == question.visibility)
    answers, comments = what_moves(question)
    return render_template(
        "curation/merge.html", question=question, form=form, refusal=refusal, answers=answers, comments=comments
    )


def render_moving(question: Question, form: MoveForm, *, refusal: str = "") -> str:
    """The form with the tags."""
    return render_template("curation/move.html", question=question, form=form, refusal=refusal)


def _merge(question: Question, form: MergeForm) -> None:
    merge_threads(question, other_named(form.named), by=signed_in_person(), note=form.note.data or "")
