"""Experts say until when they are away: nobody calls them to a question until then."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from flask import Blueprint, Response, flash, render_template
from flask.typing import ResponseReturnValue

from app.http import login_required, see_other, signed_in_person
from app.kernel.db import write
from app.kernel.errors import Refusal, RuleBroken
from app.people import actions, rules
from app.web.people.forms import AwayForm
from app.web.ui.dates import date_words
from app.web.ui.refusals import answer_form

blueprint = Blueprint("away", __name__, url_prefix="/settings/away")

HERE = "/settings/away"


@blueprint.get("")
@login_required
def show() -> ResponseReturnValue:
    """Until when the reader is away, with the form to change it."""
    person = signed_in_person()
    rules.check_can_be_away(person)
    until = person.away_until.date() if person.is_away and person.away_until else None
    return _page(AwayForm(formdata=None, until=until, note=person.away_note if until else ""))


@blueprint.post("")
@login_required
def leave() -> ResponseReturnValue:
    """Be away until the morning of a day, in UTC."""
    rules.check_can_be_away(signed_in_person())
    form = AwayForm()
    if not form.validate_on_submit() or form.until.data is None:
        return _page(form, status=422)
    until = _morning_of(form.until.data)
    try:
        with write():
            actions.set_away(signed_in_person(), until, form.note.data or "")
    except RuleBroken as refusal:
        return _page(form, refusal)
    flash(f"You are away until {date_words(until)}. Nobody can ask you to look until then.", "good")
    return see_other(HERE)


@blueprint.post("/remove")
@login_required
def come_back() -> ResponseReturnValue:
    """Be here again."""
    with write():
        actions.set_away(signed_in_person(), None)
    flash("You are here again.", "good")
    return see_other(HERE)


def _morning_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _page(form: AwayForm, refusal: Refusal | None = None, status: int = 200) -> Response:
    sentence = refusal.sentence if refusal else None
    page = render_template("people/away.html", form=form, person=signed_in_person(), refusal=sentence)
    return answer_form(page, refusal, status)
