"""One opportunity: what is known of it, its stage and its end, what touched it, and whether it is a lead."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.affinity.openings import Opened
from app.http import one_or_404, see_other, signed_in_person, write_once
from app.kernel import clock
from app.kernel.db import write
from app.kernel.errors import Refusal
from app.outcomes import actions, definitions, queries
from app.outcomes.models import Opportunity, Side
from app.web.sales import door
from app.web.sales.checks import ticked
from app.web.sales.outcome_forms import CloseForm, OpportunityForm, StageForm, TouchForm
from app.web.sales.outcome_pages import OpportunityPage
from app.web.sales.page import SeenAs
from app.web.ui.again import shown_again
from app.web.ui.refusals import KEPT_IN_THE_FORM, answer_refused

blueprint = Blueprint("opportunities", __name__, url_prefix="/sales/outcomes/<int:opportunity_id>")


@dataclass
class Forms:
    """The forms of the page, each as it was sent or as it is when nothing was."""

    what: OpportunityForm | None = None
    stage: StageForm | None = None
    close: CloseForm | None = None
    touch: TouchForm | None = None

    def sent(self) -> OpportunityForm | StageForm | CloseForm | TouchForm | None:
        """The one that was sent."""
        return self.what or self.stage or self.close or self.touch


@blueprint.get("")
def show(opportunity_id: int) -> ResponseReturnValue:
    """The page."""
    return _page(opportunity_id, Forms())


@blueprint.post("")
def change(opportunity_id: int) -> ResponseReturnValue:
    """Say something else about it."""
    _found(opportunity_id)
    refused = shown_again(
        OpportunityForm(),
        lambda form: actions.change_opportunity(_found(opportunity_id), form.said, by=signed_in_person()),
        lambda form, refusal: _page(opportunity_id, Forms(what=form), refusal),
    )
    return refused or _done(opportunity_id, "Saved.")


@blueprint.post("/stage")
def move(opportunity_id: int) -> ResponseReturnValue:
    """Let it come to another stage."""
    _found(opportunity_id)
    refused = shown_again(
        StageForm(),
        lambda form: actions.change_stage(_found(opportunity_id), form.stage.data or "", by=signed_in_person()),
        lambda form, refusal: _page(opportunity_id, Forms(stage=form), refusal),
    )
    return refused or _done(opportunity_id, "Saved. When it came to which stage is kept.")


@blueprint.post("/close")
def close(opportunity_id: int) -> ResponseReturnValue:
    """Close it as won or lost, and say why."""
    _found(opportunity_id)
    refused = shown_again(
        CloseForm(),
        lambda form: _close(_found(opportunity_id), form),
        lambda form, refusal: _page(opportunity_id, Forms(close=form), refusal),
    )
    return refused or _done(opportunity_id, "Closed. The loop is closed with your reason.")


@blueprint.post("/touches")
def touch(opportunity_id: int) -> ResponseReturnValue:
    """Note where else the customer met us."""
    _found(opportunity_id)
    form = TouchForm()
    if not form.validate_on_submit():
        return make_response(_page(opportunity_id, Forms(touch=form)), 422)
    channel, words, day = form.channel.data or "", form.words.data or "", form.day.data
    assert day is not None
    try:
        with write_once() as once:
            if not once.made:
                actions.add_touch(_found(opportunity_id), channel, words, day=day, by=signed_in_person())
            once.made = url_for("opportunities.show", opportunity_id=opportunity_id)
    except KEPT_IN_THE_FORM as refusal:
        return _refused(opportunity_id, Forms(touch=form), refusal)
    return _done(opportunity_id, "Noted. It shares the amount with what happened here.")


@blueprint.post("/touches/<int:touch_id>/removal")
def untouch(opportunity_id: int, touch_id: int) -> ResponseReturnValue:
    """Take back a touch that was typed."""
    with write():
        opportunity = _found(opportunity_id)
        typed = one_or_404(queries.touch_typed(opportunity), id=touch_id)
        actions.remove_touch(opportunity, typed, by=signed_in_person())
    return _done(opportunity_id, "Taken back.")


@blueprint.post("/checks")
def check(opportunity_id: int) -> ResponseReturnValue:
    """Say for sales which items of the definition hold."""
    _found(opportunity_id)
    try:
        with write():
            definitions.check(_found(opportunity_id), ticked(request.form), Side.SALES, by=signed_in_person())
    except KEPT_IN_THE_FORM as refusal:
        return _refused(opportunity_id, Forms(), refusal)
    return _done(opportunity_id, "Checked for sales.")


def _close(opportunity: Opportunity, form: CloseForm) -> None:
    result, reason, closed = form.result.data or "", form.reason.data or "", form.closed.data
    assert closed is not None
    actions.close(opportunity, result, reason, closed=closed, by=signed_in_person())


def _found(opportunity_id: int) -> Opportunity:
    """The opportunity, for who looks after its account. Raises NotFound for everybody else."""
    return one_or_404(queries.visible_to(signed_in_person()), id=opportunity_id)


def _page(opportunity_id: int, forms: Forms, refusal: str = "") -> str:
    """The page. That it was read is written down, also below a form that was refused: it tells of the account."""
    reader, _account = door.written_down(Opened.OPPORTUNITY, _found(opportunity_id).account_id)
    opportunity = _found(opportunity_id)
    today = clock.now().date()
    closed = opportunity.closed_at.date() if opportunity.closed_at else today
    result = opportunity.result if opportunity.closed_at else None
    return render_template(
        "sales/opportunity.html",
        page=OpportunityPage.of(opportunity, reader),
        form=forms.sent(),
        what=forms.what or OpportunityForm.of(opportunity),
        stage=forms.stage or StageForm(formdata=None, stage=opportunity.stage),
        closing=forms.close or CloseForm(formdata=None, closed=closed, result=result, reason=opportunity.reason),
        touch_form=forms.touch or TouchForm(formdata=None, day=today),
        refusal=refusal,
        seen_as=SeenAs.sales(reader, door.purpose()),
    )


def _refused(opportunity_id: int, forms: Forms, refusal: Refusal) -> Response:
    return answer_refused(_page(opportunity_id, forms, refusal.sentence), refusal)


def _done(opportunity_id: int, words: str) -> ResponseReturnValue:
    flash(words, "good")
    return see_other(url_for("opportunities.show", opportunity_id=opportunity_id))
