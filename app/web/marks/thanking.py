"""Thanking the author of an answer in one's own words."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.http import login_required, public_page, see_other, signed_in_person, viewer
from app.kernel.db import write
from app.kernel.paging import page_of
from app.marks import thanks
from app.marks.models import Thanks
from app.posts.rules import may_moderate
from app.questions.models import Answer, Question
from app.web.marks.forms import ThanksForm
from app.web.marks.views import answer_and_question, place_of, take_form
from app.web.questions.page import Can
from app.web.security.limits import limit

blueprint = Blueprint("thanking", __name__)

THANKS_A_PAGE = 50


@blueprint.get("/answers/<int:answer_id>/thanks")
@public_page
def index(answer_id: int) -> ResponseReturnValue:
    """Everybody's words, and for who may a form for one's own."""
    return render_thanks(*answer_and_question(answer_id))


@blueprint.post("/answers/<int:answer_id>/thanks")
@login_required
def say(answer_id: int) -> ResponseReturnValue:
    """Say thanks, or say it in other words."""
    form = ThanksForm()

    def do(answer: Answer, question: Question) -> None:
        thanks.say_thanks(answer, question, form.words.data or "", by=signed_in_person())

    return take_form(answer_id, form, do, render_thanks, rate="votes")


@blueprint.post("/answers/<int:answer_id>/thanks/<int:person_id>/remove")
@limit("votes")
@login_required
def take_back(answer_id: int, person_id: int) -> ResponseReturnValue:
    """Take one's own thanks back, or as a steward what does not belong here."""
    with write():
        answer, question = answer_and_question(answer_id)
        thanks.take_thanks_back(answer, question, person_id, by=signed_in_person())
        address = place_of(answer, question)
    return see_other(address)


def render_thanks(answer: Answer, question: Question, form: ThanksForm | None = None, refusal: str = "") -> str:
    """The words of thanks, the newest first, below the form for the reader's own."""
    person = viewer()
    rows = thanks.thanks_for(answer, since=question.opened_at)
    page = page_of(rows, by=(Thanks.said_at, Thanks.person_id), after=request.args.get("after"), limit=THANKS_A_PAGE)
    own = thanks.thanks_by(person, answer) if person else None
    may_thank = Can(person).thank(answer, question)
    return render_template(
        "marks/thanks.html",
        answer=answer,
        question=question,
        page=page,
        own=own,
        form=(form or ThanksForm(formdata=None, words=own.words if own else "")) if may_thank else None,
        refusal=refusal,
        may_moderate=may_moderate(person),
    )
