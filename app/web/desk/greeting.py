"""Welcoming newcomers, from the desk or from their question."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.desk import greetings, rules
from app.desk.models import Greeting
from app.http import login_required, one_or_404, see_other, signed_in_person, viewer
from app.kernel.db import write
from app.people.models import Person
from app.questions.models import Question
from app.questions.queries import visible_to
from app.web.desk import page
from app.web.desk.forms import WelcomeForm
from app.web.questions.checking import author_agrees
from app.web.questions.views import address_of
from app.web.security.limits import spend
from app.web.ui.refusals import KEPT_IN_THE_FORM, answer_refused

blueprint = Blueprint("greetings", __name__, url_prefix="/desk/greetings")


@blueprint.get("")
@login_required
def index() -> ResponseReturnValue:
    """Everybody who waits for a welcome, from `after` on."""
    person = _welcomer()
    composed = page.compose_greetings(person, request.args.get("after"))
    return render_template("desk/greetings.html", page=composed, person=person)


@blueprint.get("/<int:person_id>")
@login_required
def ask(person_id: int) -> ResponseReturnValue:
    """The form, with the question it is about."""
    _welcomer()
    return _page(*_greeting_and_question(person_id), WelcomeForm(formdata=None))


@blueprint.post("/<int:person_id>")
@login_required
def welcome(person_id: int) -> ResponseReturnValue:
    """Say it. Of two who do so at once, the first one has."""
    _welcomer()
    form = WelcomeForm()
    greeting, question = _greeting_and_question(person_id)
    if not form.validate_on_submit() or not author_agrees(form, question.visibility):
        return _page(greeting, question, form), 422
    try:
        spend("posts")
        with write():
            greeting, question = _greeting_and_question(person_id)
            greetings.greet(greeting, form.words.data or "", by=signed_in_person())
            address = address_of(question)
    except KEPT_IN_THE_FORM as refusal:
        return answer_refused(_page(*_greeting_and_question(person_id), form, refusal.sentence), refusal)
    flash("Thank you. Your words stand below the question.", "good")
    return see_other(address)


def _welcomer() -> Person:
    """Whoever asks, if they may welcome others. Raises NotAllowed."""
    person = signed_in_person()
    rules.check_can_use_desk(person)
    return person


def _greeting_and_question(person_id: int) -> tuple[Greeting, Question]:
    """A task, done or not, whose question the reader may read. Raises NotFound."""
    greeting = one_or_404(select(Greeting).options(joinedload(Greeting.person)), person_id=person_id)
    return greeting, one_or_404(visible_to(viewer()), id=greeting.question_id)


def _page(greeting: Greeting, question: Question, form: WelcomeForm, refusal: str = "") -> str:
    return render_template("desk/greeting.html", greeting=greeting, question=question, form=form, refusal=refusal)
