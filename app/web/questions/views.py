"""Asking, reading, answering and accepting."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.http import login_required, one_or_404, public_page, see_other, signed_in_person, viewer, write_once
from app.kernel import clock
from app.kernel.db import write
from app.kernel.errors import RuleBroken
from app.kernel.text import MAX_SOURCE, RenderedHtml, render
from app.posts.authorship import employer_of
from app.posts.bodies import prepare_body
from app.questions import actions, expertise, queries
from app.questions.models import Question
from app.questions.rules import LONGEST_TITLE, SHORTEST_TITLE
from app.search import queries as search
from app.search.port import IndexUnavailable
from app.web.questions.forms import (
    AcceptForm,
    AnswerForm,
    AskForm,
    CommentForm,
    EditQuestionForm,
    PreviewedForm,
    split_tags,
)
from app.web.questions.page import compose
from app.web.security.limits import limit, spend
from app.web.ui.refusals import KEPT_IN_THE_FORM, answer_refused

questions = Blueprint("questions", __name__)

MOST_SIMILAR = 3
# The experts who answered most in this time are named beside the form.
SEEN_WITHIN = timedelta(days=30)
SEEN_FIRST = 2


@questions.get("/questions/ask")
@login_required
def ask() -> ResponseReturnValue:
    return render_ask(AskForm(formdata=None, title=request.args.get("title", "")))


@questions.get("/questions/similar")
@limit("search")
@login_required
def similar() -> ResponseReturnValue:
    """Questions that look like a title, as a fragment of HTML for the form."""
    return render_template("questions/_similar.html", similar=similar_to(request.args.get("title", "")))


@questions.post("/questions/ask")
@login_required
def publish() -> ResponseReturnValue:
    form = AskForm()
    if "preview" in request.form:
        return render_ask(form, preview=preview_of(form))
    if not form.validate_on_submit():
        return render_ask(form), 422
    try:
        spend("posts")
        draft = drafted(form)
        with write_once() as once:
            if not once.made:
                question = actions.ask_question(draft, by=signed_in_person())
                once.made = address_of(question)
    except KEPT_IN_THE_FORM as refusal:
        return answer_refused(render_ask(form, refusal=refusal.sentence), refusal)
    return see_other(once.made)


@questions.get("/questions/<int:question_id>")
@questions.get("/questions/<int:question_id>/<slug>")
@public_page
def show(question_id: int, slug: str | None = None) -> ResponseReturnValue:
    question = one_or_404(queries.for_page(queries.visible_to(viewer())), id=question_id)
    if slug != question.slug:
        return redirect(address_of(question), code=301)
    return render_question(question)


@questions.post("/questions/<int:question_id>/answers")
@login_required
def answer(question_id: int) -> ResponseReturnValue:
    form = AnswerForm()
    question = one_or_404(queries.for_page(queries.visible_to(viewer())), id=question_id)
    if "preview" in request.form:
        return render_question(question, form, preview=preview_of(form))
    if not form.validate_on_submit():
        return render_question(question, form), 422
    try:
        spend("posts")
        body = prepare_body(form.body.data or "")
        with write_once() as once:
            if not once.made:
                question = one_or_404(queries.for_page(queries.visible_to(viewer())), id=question_id)
                posted = actions.answer_question(question, body, by=signed_in_person())
                once.made = address_of(question, anchor=f"answer-{posted.id}")
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


def address_of(question: Question, *, anchor: str | None = None) -> str:
    """Where a question is read."""
    return url_for("questions.show", question_id=question.id, slug=question.slug, _anchor=anchor)


def render_question(
    question: Question, form: AnswerForm | None = None, *, preview: RenderedHtml | None = None, refusal: str = ""
) -> str:
    """The page of a question; with a form that was refused, what was typed stays."""
    page = compose(question, viewer(), after=request.args.get("after"))
    # A guest gets no forms, so that the page is the same for every guest and no session begins.
    person = viewer()
    forms: dict[str, object] = {}
    if person is not None:
        forms = {"form": form or AnswerForm(formdata=None), "comment_form": CommentForm(formdata=None)}
        forms["employer"] = employer_of(person)
    return render_template(
        "questions/show.html", page=page, question=question, can=page.can, preview=preview, refusal=refusal, **forms
    )


def render_ask(form: AskForm, *, preview: RenderedHtml | None = None, refusal: str = "") -> str:
    """The form for a new question, with what is known to look like it."""
    return render_template(
        "questions/ask.html",
        form=form,
        preview=preview,
        refusal=refusal,
        similar=similar_to(form.title.data or ""),
        experts=expertise.expertise_of(expertise.busiest_experts(clock.now() - SEEN_WITHIN, SEEN_FIRST)),
        employer=employer_of(signed_in_person()),
    )


def similar_to(title: str) -> list[Question]:
    """Questions like the one being asked. Finding none for want of an index keeps nobody from asking."""
    if len(title) < SHORTEST_TITLE:
        return []
    try:
        return search.similar_to(title[:LONGEST_TITLE], [], viewer(), limit=MOST_SIMILAR)
    except IndexUnavailable:
        return []


def preview_of(form: PreviewedForm) -> RenderedHtml:
    """What the body will look like."""
    return render((form.body.data or "")[:MAX_SOURCE]).html


def drafted(form: AskForm | EditQuestionForm) -> actions.Draft:
    """A draft from the fields, its body rendered. Raises RuleBroken."""
    return actions.Draft(
        title=form.title.data or "",
        body=prepare_body(form.body.data or ""),
        tags=split_tags(form.tags.data),
        product=form.chosen_product,
        product_version=form.version.data or "",
    )
