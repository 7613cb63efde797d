"""Marking answers, recommending them, and dealing with warnings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.http import login_required, one_or_404, public_page, see_other, signed_in_person, viewer
from app.kernel.db import db, write
from app.kernel.paging import page_of
from app.marks import actions, queries, rules
from app.marks.models import Mark, MarkKind
from app.questions.models import Answer, Question
from app.questions.queries import answers_visible_to
from app.topics import queries as topics
from app.web.marks.forms import MarkForm, RecommendForm, SettleForm
from app.web.questions.checking import CheckedForm, author_agrees
from app.web.questions.discussion import post_and_question
from app.web.questions.page import Can
from app.web.questions.views import address_of
from app.web.security.limits import limit, spend
from app.web.ui.refusals import KEPT_IN_THE_FORM, answer_refused

marks = Blueprint("marks", __name__)

MARKS_A_PAGE = 50


@marks.get("/answers/<int:answer_id>/marks")
@public_page
def index(answer_id: int) -> ResponseReturnValue:
    return render_marks(*answer_and_question(answer_id))


@marks.get("/answers/<int:answer_id>/mark")
@login_required
def ask(answer_id: int) -> ResponseReturnValue:
    answer, question = answer_and_question(answer_id)
    rules.check_can_mark(signed_in_person(), answer, question)
    return render_mark(answer, question, blank_form(question, request.args.get("kind", "")))


@marks.post("/answers/<int:answer_id>/marks")
@login_required
def mark(answer_id: int) -> ResponseReturnValue:
    form = MarkForm()

    def do(answer: Answer, question: Question) -> None:
        actions.mark_answer(answer, question, found(form, question), by=signed_in_person())

    return take_form(answer_id, form, do, render_mark, rate="votes")


@marks.delete("/answers/<int:answer_id>/marks/<kind>")
@marks.post("/answers/<int:answer_id>/marks/<kind>/remove")
@limit("votes")
@login_required
def withdraw(answer_id: int, kind: str) -> ResponseReturnValue:
    with write():
        answer, question = answer_and_question(answer_id)
        actions.withdraw_mark(answer, question, kind, by=signed_in_person())
        address = place_of(answer, question)
    return see_other(address)


@marks.post("/marks/<int:mark_id>/settlement")
@login_required
def settle(mark_id: int) -> ResponseReturnValue:
    form = SettleForm()
    answer_id = one_or_404(queries.marks_visible_to(viewer()), id=mark_id).answer_id

    def do(answer: Answer, question: Question) -> None:
        warning = one_or_404(queries.marks_visible_to(viewer()), id=mark_id)
        actions.settle_mark(warning, answer, question, form.note.data or "", by=signed_in_person())

    def again(answer: Answer, question: Question, form: SettleForm, refusal: str = "") -> str:
        return render_marks(answer, question, form, mark_id, refusal)

    return take_form(answer_id, form, do, again)


@marks.get("/answers/<int:answer_id>/recommendation")
@login_required
def ask_reason(answer_id: int) -> ResponseReturnValue:
    answer, question = answer_and_question(answer_id)
    rules.check_can_recommend(signed_in_person(), answer, question)
    return render_recommendation(answer, question, RecommendForm(formdata=None))


@marks.post("/answers/<int:answer_id>/recommendation")
@login_required
def recommend(answer_id: int) -> ResponseReturnValue:
    form = RecommendForm()

    def do(answer: Answer, question: Question) -> None:
        actions.recommend(answer, question, form.reason.data or "", by=signed_in_person())

    return take_form(answer_id, form, do, render_recommendation)


@marks.delete("/answers/<int:answer_id>/recommendation")
@marks.post("/answers/<int:answer_id>/recommendation/remove")
@login_required
def withdraw_recommendation(answer_id: int) -> ResponseReturnValue:
    with write():
        answer, question = answer_and_question(answer_id)
        actions.withdraw_recommendation(answer, question, by=signed_in_person())
        address = place_of(answer, question)
    return see_other(address)


def answer_and_question(answer_id: int) -> tuple[Answer, Question]:
    """An answer the viewer may read, and its question. Raises NotFound."""
    _post, question = post_and_question(answer_id)
    return one_or_404(answers_visible_to(viewer(), question), id=answer_id), question


def found(form: MarkForm, question: Question) -> actions.Finding:
    """What the form says. A button without fields speaks of the product and version that were asked about."""
    product, version = question.product, question.product_version
    if "version" in request.form:
        product = db.session.scalars(topics.product_with_slug(form.product.data or "")).first()
        version = form.version.data or ""
    return actions.Finding(kind=form.kind.data, product=product, version=version, sentence=form.sentence.data or "")


def blank_form(question: Question, kind: str) -> MarkForm:
    """A form for one kind of mark, on the product and version that were asked about."""
    return MarkForm(
        formdata=None,
        kind=kind if kind in set(MarkKind) else None,
        product=question.product.slug if question.product else "",
        version=question.product_version,
    )


def render_mark(answer: Answer, question: Question, form: MarkForm, refusal: str = "") -> str:
    """The form for a mark with its product, version and sentence."""
    return render_template("marks/mark.html", answer=answer, question=question, form=form, refusal=refusal)


def render_recommendation(answer: Answer, question: Question, form: RecommendForm, refusal: str = "") -> str:
    """The form for a recommendation."""
    return render_template("marks/recommend.html", answer=answer, question=question, form=form, refusal=refusal)


def render_marks(
    answer: Answer, question: Question, form: SettleForm | None = None, settling: int = 0, refusal: str = ""
) -> str:
    """Everything that was said of an answer, the newest first. `settling` is the mark for which `form` was sent."""
    person = viewer()
    rows = queries.marks_on(answer, since=question.opened_at)
    page = page_of(rows, by=(Mark.id,), after=request.args.get("after"), limit=MARKS_A_PAGE)
    may_settle = rules.may_settle(person, answer, looks_after=queries.looks_after(person, question))
    # Only who may settle gets a form, so that the page is the same for every guest and no session begins.
    shown_form = (form or SettleForm(formdata=None)) if may_settle else None
    context: dict[str, Any] = {"form": shown_form, "settling": settling, "refusal": refusal, "can": Can(person)}
    recommendations = queries.recommendations_of([answer.id], since=question.opened_at)
    return render_template(
        "marks/index.html", answer=answer, question=question, page=page, recommendations=recommendations, **context
    )


def take_form(
    answer_id: int,
    form: CheckedForm,
    do: Callable[[Answer, Question], None],
    again: Callable[..., str],
    *,
    rate: str = "posts",
) -> ResponseReturnValue:
    """Do what a form asks of an answer and go back to it; show the form again with what is wrong."""
    answer, question = answer_and_question(answer_id)
    if not form.validate_on_submit() or not author_agrees(form, question.visibility):
        return again(answer, question, form), 422
    try:
        spend(rate)
        with write():
            answer, question = answer_and_question(answer_id)
            do(answer, question)
            address = place_of(answer, question)
    except KEPT_IN_THE_FORM as refusal:
        return answer_refused(again(*answer_and_question(answer_id), form, refusal.sentence), refusal)
    return see_other(address)


def place_of(answer: Answer, question: Question) -> str:
    """Where the answer is read."""
    return address_of(question, anchor=f"answer-{answer.id}")
