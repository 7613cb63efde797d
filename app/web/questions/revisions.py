"""The texts that a post had: each of them, what changed between two, and the way back to one."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import defer

from app.http import login_required, one_or_404, public_page, see_other, signed_in_person, viewer
from app.kernel.db import db
from app.kernel.errors import ChangedMeanwhile
from app.kernel.paging import page_of
from app.posts.differences import Comparison, compare
from app.posts.models import Post, Revision
from app.questions import rules
from app.questions.histories import revisions_visible_to
from app.questions.models import Question
from app.web.questions.discussion import post_and_question
from app.web.questions.edit_forms import EditForm, filled_form, set_revision
from app.web.questions.editing import save_edit
from app.web.questions.forms import EditQuestionForm
from app.web.questions.page import Can
from app.web.security.limits import limit, spend
from app.web.ui.refusals import KEPT_IN_THE_FORM, answer_refused

revisions = Blueprint("revisions", __name__)

INLINE, SIDE = "inline", "side"
MOVED_ON = "Somebody edited this meanwhile. Look at the newest text, then restore another if you still want to."


@revisions.get("/posts/<int:post_id>/revisions")
@public_page
def listing(post_id: int) -> ResponseReturnValue:
    post, question = post_and_question(post_id)
    if "from" in request.args or "to" in request.args:
        return render_two(post, question)
    return render_list(post, question)


@revisions.get("/posts/<int:post_id>/revisions/<int:number>")
@limit("comparisons")
@public_page
def show(post_id: int, number: int) -> ResponseReturnValue:
    """One revision: what changed in it, if the one before may be seen, and its text."""
    post, question = post_and_question(post_id)
    visible = revisions_visible_to(viewer(), post, question)
    shown = one_or_404(visible, number=number)
    before = db.session.scalars(visible.where(Revision.number == number - 1)).one_or_none()
    return render_comparison(post, question, shown, compare(before, shown) if before else None)


@revisions.post("/posts/<int:post_id>/revisions/<int:number>/restoration")
@login_required
def restore(post_id: int, number: int) -> ResponseReturnValue:
    """Give the post the text of a revision again, as an edit of the text that was seen beside the button."""
    post, question = post_and_question(post_id)
    wanted = one_or_404(revisions_visible_to(viewer(), post, question), number=number)
    rules.check_can_edit(signed_in_person(), post, question)
    form = form_with(post, wanted)
    set_revision(form, request.form.get("revision", 0, type=int))
    try:
        spend("posts")
        address = save_edit(post_id, form, was_typed=False)
    except (*KEPT_IN_THE_FORM, ChangedMeanwhile) as refusal:
        sentence = MOVED_ON if isinstance(refusal, ChangedMeanwhile) else refusal.sentence
        return answer_refused(render_list(*post_and_question(post_id), refusal=sentence), refusal)
    return see_other(address)


def form_with(post: Post, revision: Revision) -> EditForm:
    """The form of an edit that gives the post the text of `revision`; what revisions do not keep stays as it is."""
    form = filled_form(post)
    form.body.data = revision.body
    form.reason.data = f"Back to revision {revision.number}"
    if isinstance(form, EditQuestionForm):
        form.title.data, form.tags.data = revision.title, revision.tags
    return form


def render_list(post: Post, question: Question, *, refusal: str = "") -> str:
    """The revisions, newest first, without their texts."""
    rows = revisions_visible_to(viewer(), post, question).options(defer(Revision.body, raiseload=True))
    page = page_of(rows, by=(Revision.number,), after=request.args.get("after"))
    context = {"page": page, "can": Can(viewer()), "refusal": refusal}
    return render_template("questions/revisions.html", post=post, question=question, **context)


def render_two(post: Post, question: Question) -> str:
    """What changed from one revision to a later one, whichever is named first."""
    spend("comparisons")
    visible = revisions_visible_to(viewer(), post, question)
    numbers = sorted(request.args.get(name, 0, type=int) for name in ("from", "to"))
    older, newer = (one_or_404(visible, number=number) for number in numbers)
    return render_comparison(post, question, newer, compare(older, newer))


def render_comparison(post: Post, question: Question, shown: Revision, comparison: Comparison | None) -> str:
    """One revision, and what changed in it since another."""
    view = SIDE if request.args.get("view") == SIDE else INLINE
    context = {"shown": shown, "comparison": comparison, "view": view, "can": Can(viewer())}
    return render_template("questions/comparison.html", post=post, question=question, **context)
