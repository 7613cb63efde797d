"""Asking a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue

from app.desk import actions as desk
from app.http import login_required, see_other, signed_in_person, viewer, write_once
from app.kernel.db import db
from app.kernel.errors import Refusal
from app.kernel.text import RenderedHtml
from app.people import queries as people
from app.people.models import Person
from app.people.rules import check_takes_part
from app.posts.authorship import employer_of
from app.posts.bodies import prepare_body
from app.posts.drafts import QUESTION
from app.questions import actions
from app.questions.models import Question, Visibility
from app.questions.rules import LONGEST_TITLE, SHORTEST_TITLE
from app.questions.tagging import tags_met_by
from app.reputation.directory import Wish, by_activity, first_of
from app.search.alike import Similar, like_draft
from app.search.port import IndexUnavailable
from app.topics import queries as topics
from app.topics.models import Tag
from app.web.drafts.recalling import forget, recall
from app.web.questions.checking import author_agrees
from app.web.questions.forms import WITHHELD, AskForm, QuestionFields, read_others, split_tags
from app.web.questions.gates import check_may_use, refusal_of_new_topics
from app.web.questions.views import address_of, preview_of
from app.web.security.limits import limit, spend
from app.web.ui.experts import known
from app.web.ui.refusals import KEPT_IN_THE_FORM, answer_refused

asking = Blueprint("asking", __name__)

MOST_SIMILAR = 3
# The experts who answered most in this time are named beside the form.
SEEN_FIRST = 2


@asking.get("/questions/ask")
@login_required
def ask() -> ResponseReturnValue:
    check_takes_part(signed_in_person())
    form = recall(blank_form(request.args.get("title", ""), request.args.get("tag", "")), QUESTION)
    form.ask.data = request.args.get("ask", "")
    return render_ask(form)


@asking.get("/questions/similar")
@asking.post("/questions/similar")
@limit("suggestions")
@login_required
def similar() -> ResponseReturnValue:
    """Questions that look like what is being written, as a fragment of HTML for the form.

    The form sends what was typed as a form: an unfinished text, which may never be public, stands in no address.
    """
    typed = request.values
    found = similar_to(typed.get("title", ""), typed.get("body", ""), split_tags(typed.get("tags")))
    return render_template("questions/_similar.html", similar=found)


@asking.get("/questions/templates")
@limit("suggestions")
@login_required
def templates() -> ResponseReturnValue:
    """What questions on these tags should tell, as a fragment of HTML for the form."""
    known = topics.templates_of(split_tags(request.args.get("tags")))
    return render_template("questions/_templates.html", templates=known, body="", title="")


@asking.post("/questions/ask")
@login_required
def publish() -> ResponseReturnValue:
    form = ask_form()
    if "preview" in request.form:
        return render_ask(form, preview=preview_of(form))
    if not form.validate_on_submit() or not author_agrees(form, form.visibility.data):
        return render_ask(form), 422
    try:
        spend("posts")
        draft = asked(form)
        with write_once() as once:
            if not once.made:
                check_may_use(draft.tags)
                question = actions.ask_question(draft, by=signed_in_person())
                once.made = address_of(question)
                forget(QUESTION)
                call_expert(question, expert_of(form))
    except KEPT_IN_THE_FORM as refusal:
        return answer_refused(render_ask(form, refusal=refusal.sentence), refusal)
    return see_other(once.made)


def expert_of(form: AskForm) -> Person | None:
    """The expert whom the asker wants to look at the question."""
    handle = (form.ask.data or "").removeprefix("@")
    expert = people.find_by_handle_ever(handle) if handle else None
    return expert if expert is not None and expert.is_expert and expert.can_sign_in else None


def call_expert(question: Question, expert: Person | None) -> None:
    """Ask an expert to look at a question that was asked a moment ago. It stands, whether that can be or not."""
    if expert is None:
        return
    try:
        with db.session.begin_nested():
            desk.invite_expert(question, expert, by=signed_in_person())
        flash(f"{expert.first_name} has been asked to look, and says here whether it can be.", "good")
    except Refusal as refusal:
        flash(f"Your question is here. {refusal.sentence}", "plain")


def ask_form(**fields: Any) -> AskForm:
    """The form of whoever is signed in: what was sent, or `fields` where nothing was."""
    asker = signed_in_person()
    sent = {} if not fields else {"formdata": None}
    return AskForm(**sent, **fields, asker=asker, employer=employer_of(asker))


def blank_form(title: str, tag: str) -> AskForm:
    """A form to begin with; on a topic that has a template, with that."""
    topic = db.session.scalars(tags_met_by(viewer()).where(Tag.name == tag.lower())).first() if tag else None
    return ask_form(title=title, tags=topic.name if topic else "", body=topic.question_template if topic else "")


def render_ask(form: AskForm, *, preview: RenderedHtml | None = None, refusal: str = "") -> str:
    """The form for a new question, with what is known to look like it."""
    return render_template(
        "questions/ask.html",
        form=form,
        preview=preview,
        refusal=refusal,
        templates=topics.templates_of(split_tags(form.tags.data)),
        similar=similar_to(form.title.data or "", form.body.data or "", split_tags(form.tags.data)),
        experts=known(first_of(by_activity(Wish(here=True)), SEEN_FIRST)),
        employer=employer_of(signed_in_person()),
        called=expert_of(form),
        new_topics=refusal_of_new_topics(),
    )


def similar_to(title: str, body: str, tags: Sequence[str]) -> list[Similar]:
    """Questions like the one being asked. Want of an index keeps nobody from asking."""
    if len(title) < SHORTEST_TITLE:
        return []
    try:
        return like_draft(title[:LONGEST_TITLE], body, tags, viewer(), MOST_SIMILAR)
    except IndexUnavailable:
        return []


def drafted(form: QuestionFields) -> actions.Draft:
    """A draft from the fields that an edit has too, its body rendered. Raises RuleBroken."""
    return actions.Draft(
        title=form.title.data or "",
        body=prepare_body(form.whole_body),
        tags=split_tags(form.tags.data),
        product=form.chosen_product,
        product_version=form.version.data or "",
        involved=read_others(form.others.data, form.products),
    )


def asked(form: AskForm) -> actions.Draft:
    """A draft of a new question: for whom it is, and what for. Raises RuleBroken."""
    withheld = form.visibility.data == WITHHELD
    return replace(
        drafted(form),
        visibility=Visibility.PUBLIC if withheld else form.visibility.data,
        company_withheld=withheld,
        intent=form.intent.data,
    )
