"""What the reader asks of sales: asked, changed and withdrawn by them alone."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from app.http import login_required, one_or_404, see_other, signed_in_person, write_once
from app.introductions import actions, queries, rules
from app.introductions.actions import Asked
from app.introductions.models import Introduction, Outcome, Wish
from app.kernel.db import write
from app.web.security.limits import limit, spend
from app.web.ui.again import shown_again
from app.web.ui.fields import at_most, squeeze
from app.web.ui.refusals import KEPT_IN_THE_FORM, answer_refused

HERE = "/promise/requests"
WISHES = {
    Wish.INTRODUCE: "Introduce me to sales",
    Wish.CALL: "Call me",
    Wish.MEET: "Meet me",
}
OUTCOMES = {
    Outcome.SPOKE: "You have spoken",
    Outcome.NOT_REACHED: "They could not reach you",
    Outcome.NOT_OURS: "They cannot help with it",
    Outcome.WITHDRAWN: "You have withdrawn it",
    Outcome.EXPIRED: "Nobody answered in 90 days",
}

blueprint = Blueprint("requests_to_sales", __name__, url_prefix=HERE)


class RequestForm(FlaskForm):
    """What somebody would like of sales."""

    wish = RadioField(
        "What would you like?",
        choices=[SelectChoice(wish.value, words) for wish, words in WISHES.items()],
        default=Wish.INTRODUCE.value,
        validate_choice=False,
    )
    words = TextAreaField(
        "What is it about?",
        description="A sentence or two. Only the sales colleagues whom it reaches read it.",
        validators=[
            InputRequired("Say in a sentence what it is about."),
            at_most(rules.LONGEST_WORDS),
        ],
    )
    place = StringField(
        "Where to meet",
        description="If you want to meet: a trade show, a town, a date.",
        filters=[squeeze],
        validators=[
            Optional(),
            at_most(rules.LONGEST_PLACE),
        ],
    )
    contact = StringField(
        "How to reach you",
        description="A telephone number and when, or an address that you choose. It is kept sealed, opened on one page "
        "alone, and deleted when this ends.",
        filters=[squeeze],
        validators=[
            InputRequired("Say how to reach you."),
            at_most(rules.LONGEST_CONTACT),
        ],
    )

    def asked(self) -> Asked:
        """What was typed. To be asked of a valid form."""
        return Asked(
            wish=self.wish.data or "",
            words=self.words.data or "",
            place=self.place.data or "",
            contact=self.contact.data or "",
        )


class ChangeForm(RequestForm):
    """The same with what was asked. How to reach them is not shown again, and stays unless something else is typed."""

    contact = StringField(
        "How to reach you",
        description="Empty leaves it as you said. What you said is not shown again, not even here.",
        filters=[squeeze],
        validators=[
            Optional(),
            at_most(rules.LONGEST_CONTACT),
        ],
    )


@blueprint.get("")
@login_required
def index() -> ResponseReturnValue:
    """Everything that the reader has asked, who read it and how it ended, and the form."""
    form = RequestForm(formdata=None)
    wished, place = request.args.get("wish", ""), request.args.get("place", "")
    if wished in set(Wish):
        form.wish.data = wished
    form.place.data = place[: rules.LONGEST_PLACE]
    return _list(form)


@blueprint.post("")
@login_required
def ask() -> ResponseReturnValue:
    """Ask sales for something."""
    rules.check_can_ask(signed_in_person())
    form = RequestForm()
    if not form.validate_on_submit():
        return _list(form), 422
    try:
        spend("requests to sales")
        with write_once() as once:
            if not once.made:
                actions.ask(form.asked(), by=signed_in_person())
                once.made = HERE
    except KEPT_IN_THE_FORM as refusal:
        return answer_refused(_list(form, refusal=refusal.sentence), refusal)
    flash("Passed on to sales. You see here who reads it, and you can withdraw it at any time.", "good")
    return see_other(once.made)


@blueprint.get("/<int:introduction_id>")
@login_required
def edit(introduction_id: int) -> ResponseReturnValue:
    """The form with what was asked."""
    found = _own(introduction_id)
    rules.check_is_open(found)
    return _edit(found, ChangeForm(formdata=None, wish=found.wish, words=found.words, place=found.place))


@blueprint.post("/<int:introduction_id>")
@login_required
def change(introduction_id: int) -> ResponseReturnValue:
    """Ask for something else instead."""
    refused = shown_again(
        ChangeForm(),
        lambda form: actions.change(_own(introduction_id), form.asked(), by=signed_in_person()),
        lambda form, refusal: _edit(_own(introduction_id), form, refusal=refusal),
        rate="requests to sales",
    )
    if refused is None:
        flash("Changed.", "good")
    return refused or see_other(HERE)


@blueprint.post("/<int:introduction_id>/withdrawal")
@limit("deeds")
@login_required
def withdraw(introduction_id: int) -> ResponseReturnValue:
    """Take it back: from now on sales cannot read it."""
    with write():
        actions.withdraw(_own(introduction_id), by=signed_in_person())
    flash("Withdrawn. Sales cannot read it any more, and how to reach you is deleted.", "good")
    return see_other(HERE)


def _own(introduction_id: int) -> Introduction:
    """What the reader asked. Raises NotFound for everything else, also for what sales may read."""
    reader = signed_in_person()
    return one_or_404(queries.visible_to(reader), id=introduction_id, person_id=reader.id)


def _list(form: RequestForm, *, refusal: str = "") -> str:
    reader = signed_in_person()
    return render_template(
        "site/requests.html",
        asked=queries.of_person(reader),
        readings=queries.readings_of(reader),
        form=form,
        refusal=refusal,
        has_room=len(queries.open_of(reader)) < rules.MOST_OPEN,
        days=rules.GOOD_FOR.days,
    )


def _edit(found: Introduction, form: ChangeForm, *, refusal: str = "") -> str:
    return render_template("site/request.html", asked=found, form=form, refusal=refusal)
