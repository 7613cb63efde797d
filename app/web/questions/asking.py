"""Asking a question."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.http import login_required, see_other, signed_in_person, viewer, write_once
from app.kernel import clock
from app.kernel.text import RenderedHtml
from app.posts.authorship import employer_of
from app.posts.bodies import prepare_body
from app.questions import actions, expertise
from app.questions.models import Question
from app.questions.rules import LONGEST_TITLE, SHORTEST_TITLE
from app.search import queries as search
from app.search.port import IndexUnavailable
from app.web.questions.forms import AskForm, EditQuestionForm, split_tags
from app.web.questions.views import address_of, preview_of
from app.web.security.limits import limit, spend
from app.web.ui.refusals import KEPT_IN_THE_FORM, answer_refused

asking = Blueprint("asking", __name__)

MOST_SIMILAR = 3
# The experts who answered most in this time are named beside the form.
SEEN_WITHIN = timedelta(days=30)
SEEN_FIRST = 2


@asking.get("/questions/ask")
@login_required
def ask() -> ResponseReturnValue:
    return render_ask(AskForm(formdata=None, title=request.args.get("title", "")))


@asking.get("/questions/similar")
@limit("search")
@login_required
def similar() -> ResponseReturnValue:
    """Questions that look like a title, as a fragment of HTML for the form."""
    return render_template("questions/_similar.html", similar=similar_to(request.args.get("title", "")))


@asking.post("/questions/ask")
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


def drafted(form: AskForm | EditQuestionForm) -> actions.Draft:
    """A draft from the fields, its body rendered. Raises RuleBroken."""
    return actions.Draft(
        title=form.title.data or "",
        body=prepare_body(form.body.data or ""),
        tags=split_tags(form.tags.data),
        product=form.chosen_product,
        product_version=form.version.data or "",
    )
