"""Reading a question, answering it and accepting an answer."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from app.curation.standing import original_of
from app.http import login_required, one_or_404, public_page, see_other, signed_in_person, viewer, write_once
from app.kernel.db import write
from app.kernel.errors import RuleBroken
from app.kernel.text import MAX_SOURCE, RenderedHtml, render
from app.posts.authorship import employer_of
from app.posts.bodies import prepare_body
from app.posts.drafts import ANSWER
from app.questions import actions, queries
from app.questions.models import CloseReason, Question
from app.web.drafts.recalling import forget, recall
from app.web.questions.checking import author_agrees
from app.web.questions.forms import (
    AcceptForm,
    AnswerForm,
    CommentForm,
    PreviewedForm,
    QuestionFields,
)
from app.web.questions.metadata import metadata_of
from app.web.questions.page import compose
from app.web.questions.replying import with_reply
from app.web.security.limits import spend
from app.web.ui.refusals import KEPT_IN_THE_FORM, answer_refused
from app.web.ui.shell import here_with

questions = Blueprint("questions", __name__)


@questions.get("/questions/<int:question_id>")
@questions.get("/questions/<int:question_id>/<slug>")
@public_page
def show(question_id: int, slug: str | None = None) -> ResponseReturnValue:
    question = one_or_404(queries.for_page(queries.visible_to(viewer())), id=question_id)
    original = None if "stay" in request.args else original_of(question, viewer())
    if original is not None:
        return lead_to(original, question)
    if slug != question.slug:
        return redirect(here_with(url_for("questions.show", question_id=question.id, slug=question.slug)), code=301)
    form = None
    if "reply" in request.args and viewer():
        form = with_reply(recall(AnswerForm(formdata=None), draft_place(question)), question, request.args["reply"])
    return render_question(question, form)


@questions.post("/questions/<int:question_id>/answers")
@login_required
def answer(question_id: int) -> ResponseReturnValue:
    form = AnswerForm()
    question = one_or_404(queries.for_page(queries.visible_to(viewer())), id=question_id)
    if "insert" in request.form:
        return render_question(question, with_reply(form, question, request.form.get("reply", "")))
    if "preview" in request.form:
        return render_question(question, form, preview=preview_of(form))
    if not form.validate_on_submit() or not author_agrees(form, question.visibility):
        return render_question(question, form), 422
    try:
        spend("posts")
        body = prepare_body(form.body.data or "")
        with write_once() as once:
            if not once.made:
                question = one_or_404(queries.for_page(queries.visible_to(viewer())), id=question_id)
                advice = form.honest_advice.data or ""
                posted = actions.answer_question(question, body, by=signed_in_person(), honest_advice=advice)
                once.made = address_of(question, anchor=f"answer-{posted.id}")
                forget(draft_place(question))
    except KEPT_IN_THE_FORM as refusal:
        return answer_refused(render_question(question, form, refusal=refusal.sentence), refusal)
    return see_other(once.made)


@questions.post("/questions/<int:question_id>/acceptance")
@login_required
def accept(question_id: int) -> ResponseReturnValue:
    form = AcceptForm()
    if not form.validate_on_submit():
        raise RuleBroken("Choose one of the answers to this question.")
    with write():
        question = one_or_404(queries.visible_to(viewer()), id=question_id)
        chosen = one_or_404(queries.answers_visible_to(viewer(), question), id=form.answer.data)
        actions.accept_answer(question, chosen, by=signed_in_person())
    return see_other(address_of(question, anchor=f"answer-{form.answer.data}"))


@questions.delete("/questions/<int:question_id>/acceptance")
@questions.post("/questions/<int:question_id>/acceptance/remove")
@login_required
def withdraw_acceptance(question_id: int) -> ResponseReturnValue:
    with write():
        question = one_or_404(queries.visible_to(viewer()), id=question_id)
        actions.withdraw_acceptance(question, by=signed_in_person())
    return see_other(address_of(question))


def address_of(question: Question, *, anchor: str | None = None, answer_id: int | None = None) -> str:
    """Where a question is read. Of very many answers, the page with the one that `anchor` or `answer_id` names."""
    if anchor and anchor.startswith("answer-"):
        answer_id = int(anchor.removeprefix("answer-"))
    shown = answer_id if question.answer_count > queries.ANSWERS_A_PAGE else None
    # A duplicate leads elsewhere unless one says that one stays.
    own: dict[str, Any] = {"answer": shown, "stay": 1 if question.duplicate_of_id else None}
    return url_for("questions.show", question_id=question.id, slug=question.slug, _anchor=anchor, **own)


def lead_to(original: Question, question: Question) -> Response:
    """Send the browser on from a duplicate, and not for ever: it may be opened again.

    Answers that were merged are met there, so what names the page of one is said there too.
    """
    answer = request.args.get("answer") if question.close_reason == CloseReason.MERGED else None
    words: dict[str, Any] = {"from": question.id, "answer": answer}
    return redirect(url_for("questions.show", question_id=original.id, slug=original.slug, **words), code=302)


def render_question(
    question: Question, form: AnswerForm | None = None, *, preview: RenderedHtml | None = None, refusal: str = ""
) -> str:
    """The page of a question; with a form that was refused, what was typed stays."""
    asked = request.args
    page = compose(
        question,
        viewer(),
        after=asked.get("after"),
        answer_id=asked.get("answer", type=int),
        version=asked.get("version", ""),
        came_from_id=asked.get("from", type=int),
    )
    return render_template(
        "questions/show.html",
        page=page,
        question=question,
        metadata=metadata_of(page),
        can=page.can,
        preview=preview,
        refusal=refusal,
        **_forms(question, form),
    )


def _forms(question: Question, form: AnswerForm | None) -> dict[str, object]:
    """The reader's forms. A guest gets none, so that the page is the same for every guest and no session begins."""
    person = viewer()
    if person is None:
        return {}
    return {
        "form": form or recall(AnswerForm(formdata=None), draft_place(question)),
        "comment_form": CommentForm(formdata=None),
        "employer": employer_of(person),
    }


def draft_place(question: Question) -> str:
    """Where the draft of an answer to this question is kept."""
    return f"{ANSWER}:{question.id}"


def preview_of(form: PreviewedForm) -> RenderedHtml:
    """What the body will look like. Raises TooOften: drawing a text takes time, with a button as with a script."""
    spend("preview")
    text = form.whole_body if isinstance(form, QuestionFields) else form.body.data or ""
    return render(text[:MAX_SOURCE]).html
