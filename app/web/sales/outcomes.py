"""The opportunities of the accounts that one looks after, what one owes, and what all of them say together."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.affinity.openings import Opened
from app.http import one_or_404, see_other, signed_in_person, write_once
from app.kernel import clock
from app.kernel.errors import Refusal
from app.outcomes import actions, queries
from app.outcomes.models import Opportunity
from app.people.models import Person
from app.web.sales import door
from app.web.sales.outcome_forms import NewOpportunityForm
from app.web.sales.outcome_pages import OutcomesPage
from app.web.sales.owed import requests_of
from app.web.sales.page import SeenAs
from app.web.ui.refusals import KEPT_IN_THE_FORM, answer_refused

blueprint = Blueprint("outcomes", __name__)


@blueprint.get("/sales/outcomes")
def index() -> ResponseReturnValue:
    """What is open, or with `?of=closed` what was won or lost."""
    reader, _none = door.written_down(Opened.OUTCOMES)
    page = OutcomesPage.of(reader, is_closed=request.args.get("of") == "closed", after=request.args.get("after"))
    return render_template(
        "sales/outcomes.html",
        page=page,
        requests=requests_of(reader, clock.now()),
        seen_as=SeenAs.sales(reader, door.purpose()),
    )


@blueprint.get("/sales/outcomes/new")
def new() -> ResponseReturnValue:
    """The form for something that an account may buy; `account` in the address is chosen already."""
    reader = signed_in_person()
    form = NewOpportunityForm(formdata=None, opened=clock.now().date(), account=request.args.get("account", type=int))
    return _form_page(form, reader)


@blueprint.post("/sales/outcomes/new")
def add() -> ResponseReturnValue:
    """Record it."""
    reader = signed_in_person()
    form = NewOpportunityForm().offer(queries.accounts_of(reader))
    if not form.validate_on_submit():
        return make_response(_form_page(form, reader), 422)
    try:
        with write_once() as once:
            once.made = once.made or _address(_record(form))
            made = once.made
    except KEPT_IN_THE_FORM as refusal:
        return answer_refused(_form_page(form, signed_in_person(), refusal), refusal)
    flash("Recorded. What happened here before it closes is counted by itself.", "good")
    return see_other(made)


def _record(form: NewOpportunityForm) -> Opportunity:
    by = signed_in_person()
    account = one_or_404(accounts.looked_after_by(by), id=form.account.data)
    assert form.opened.data is not None
    return actions.record_opportunity(account, form.said, opened=form.opened.data, stage=form.stage.data or "", by=by)


def _address(opportunity: Opportunity) -> str:
    return url_for("opportunities.show", opportunity_id=opportunity.id)


def _form_page(form: NewOpportunityForm, reader: Person, refusal: Refusal | None = None) -> str:
    offered = queries.accounts_of(reader)
    return render_template(
        "sales/new_opportunity.html",
        form=form.offer(offered),
        offered=offered,
        stages_known=queries.stages_known_to(reader),
        refusal=refusal.sentence if refusal else "",
    )
