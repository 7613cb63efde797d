"""Giving a post another text, also where two people do so at once."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue

from app.http import login_required, see_other, signed_in_person
from app.kernel.db import write
from app.kernel.errors import ChangedMeanwhile, Malformed
from app.kernel.text import RenderedHtml
from app.posts.bodies import prepare_body
from app.posts.drafts import EDIT
from app.posts.merging import has_marks
from app.posts.models import Post
from app.questions import actions, rules
from app.questions.models import Answer, Question
from app.web.drafts.recalling import forget, recall
from app.web.questions.asking import drafted
from app.web.questions.checking import author_agrees
from app.web.questions.conflicts import Conflict, conflict_in_progress, new_conflict, settled
from app.web.questions.discussion import anchor_of, post_and_question
from app.web.questions.edit_forms import EditForm, filled_form, form_for, says_already, set_revision
from app.web.questions.forms import EditAnswerForm, EditQuestionForm
from app.web.questions.gates import check_may_use, refusal_of_new_topics
from app.web.questions.views import address_of, preview_of
from app.web.security.limits import spend
from app.web.ui.refusals import KEPT_IN_THE_FORM, answer_refused

editing = Blueprint("editing", __name__)

NOTHING_NEW = "That is what it says already, so there is no new revision."
LEFT_OVER = "A part still has what both of you wrote. Keep there what is right, and delete the lines in brackets."


@editing.get("/posts/<int:post_id>/edit")
@login_required
def edit(post_id: int) -> ResponseReturnValue:
    post, question = post_and_question(post_id)
    rules.check_can_edit(signed_in_person(), post, question)
    return render_edit(post, question, recall(filled_form(post), f"{EDIT}:{post.id}"))


@editing.post("/posts/<int:post_id>/edit")
@login_required
def save(post_id: int) -> ResponseReturnValue:
    post, question = post_and_question(post_id)
    rules.check_can_edit(signed_in_person(), post, question)
    if "choice" in request.form:
        spend("comparisons")
        return render_choice(post, question, request.form["choice"])
    form = form_for(post)
    if "preview" in request.form:
        return render_edit(post, question, form, preview=preview_of(form))
    if not form.validate_on_submit() or leaves_marks(form) or not agrees(form, post, question):
        return render_edit(post, question, form), 422
    try:
        spend("posts")
        address = save_edit(post_id, form)
    except KEPT_IN_THE_FORM as refusal:
        return answer_refused(render_again(post_id, form, refusal.sentence), refusal)
    except ChangedMeanwhile:
        return render_conflict(post_id, form), 409
    return see_other(address)


def leaves_marks(form: EditForm) -> bool:
    """True, with a word to the reader, where a merged text still has the marks around what both had changed."""
    if "base" not in request.form or not has_marks(form.body.data or ""):
        return False
    form.body.errors = [LEFT_OVER]
    return True


def agrees(form: EditForm, post: Post, question: Question) -> bool:
    """True when the author has decided about everything that looks like a secret and was not published before."""
    return author_agrees(form, question.visibility, published=(question.title, post.body))


def save_edit(post_id: int, form: EditForm, *, was_typed: bool = True) -> str:
    """Write the new text, if it says anything new; returns where to read it. Raises RuleBroken, ChangedMeanwhile.

    What `was_typed` is published now, so its draft goes.
    """
    number, reason = form.revision.data or 0, form.reason.data or ""
    text = drafted(form) if isinstance(form, EditQuestionForm) else prepare_body(form.body.data or "")
    with write():
        post, question = post_and_question(post_id)
        rules.check_can_edit(signed_in_person(), post, question)
        if says_already(post, form):
            flash(NOTHING_NEW)
        elif isinstance(text, actions.Draft):
            check_may_use(text.tags)
            actions.edit_question(question, text, by=signed_in_person(), revision_number=number, reason=reason)
        elif isinstance(post, Answer):
            advice = form.honest_advice.data if isinstance(form, EditAnswerForm) else None
            actions.edit_answer(
                post, text, by=signed_in_person(), revision_number=number, reason=reason, honest_advice=advice
            )
        if was_typed:
            forget(f"{EDIT}:{post.id}")
        return address_of(question, anchor=anchor_of(post))


def render_edit(
    post: Post,
    question: Question,
    form: EditForm,
    *,
    preview: RenderedHtml | None = None,
    refusal: str = "",
    conflict: Conflict | None = None,
) -> str:
    """The form with another text, and with the conflict that it settles, if any. `refusal` says what kept it."""
    context = {"preview": preview, "refusal": refusal, "conflict": conflict or conflict_in_progress(post)}
    context["new_topics"] = refusal_of_new_topics() if isinstance(post, Question) else ""
    return render_template("questions/edit.html", post=post, question=question, form=form, **context)


def render_again(post_id: int, form: EditForm, refusal: str) -> str:
    """The form that was refused, after the transaction that it failed in."""
    post, question = post_and_question(post_id)
    return render_edit(post, question, form, refusal=refusal)


def render_conflict(post_id: int, form: EditForm) -> str:
    """The form with what was typed, beside what somebody else has written meanwhile."""
    post, question = post_and_question(post_id)
    conflict = new_conflict(post)
    set_revision(form, post.revision_number)
    return render_edit(post, question, form, refusal=conflict.sentence, conflict=conflict)


def render_choice(post: Post, question: Question, choice: str) -> str:
    """The form with the text that was chosen."""
    conflict = conflict_in_progress(post)
    if conflict is None:
        raise Malformed("There is nothing to choose from. Load the form again.")
    conflict, form = settled(conflict, post, choice)
    return render_edit(post, question, form, conflict=conflict)
