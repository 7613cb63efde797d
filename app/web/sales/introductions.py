"""What members ask of sales: a list without their words, and one page for each, whose reading they are shown."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue

from app.http import one_or_404, see_other, signed_in_person
from app.introductions import actions, queries
from app.introductions.models import Introduction
from app.introductions.rules import is_open
from app.kernel import clock
from app.kernel.db import write
from app.web.sales.outcome_forms import OUTCOMES, EndForm
from app.web.sales.owed import as_requested, ended_requests_of, requests_of
from app.web.ui.again import shown_again

blueprint = Blueprint("sales_introductions", __name__, url_prefix="/sales/introductions")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Who asks for what, the longest wait first; and how the last ones ended."""
    reader = signed_in_person()
    return render_template(
        "sales/introductions.html",
        waiting=requests_of(reader, clock.now()),
        ended=ended_requests_of(reader),
        outcomes=OUTCOMES,
    )


@blueprint.get("/<int:introduction_id>")
def show(introduction_id: int) -> ResponseReturnValue:
    """One request, with how they want to be reached. The member is shown who read it, and when."""
    return _page(introduction_id, EndForm(formdata=None))


@blueprint.post("/<int:introduction_id>/end")
def end(introduction_id: int) -> ResponseReturnValue:
    """Say what came of it, in a sentence that the member reads."""
    _found(introduction_id)
    refused = shown_again(
        EndForm(),
        lambda form: actions.end(
            _found(introduction_id), form.outcome.data or "", form.words.data or "", by=signed_in_person()
        ),
        lambda form, refusal: _page(introduction_id, form, refusal),
    )
    if refused is None:
        flash("Ended. They are told, and what they wrote about how to reach them is gone.", "good")
    return refused or see_other(url_for("sales_introductions.index"))


def _found(introduction_id: int) -> Introduction:
    """The request of somebody else, for who reads it as sales. Raises NotFound."""
    return one_or_404(queries.for_sales(signed_in_person()), id=introduction_id)


def _page(introduction_id: int, form: EndForm, refusal: str = "") -> str:
    with write():
        contact = actions.open_request(_found(introduction_id), by=signed_in_person())
    found = _found(introduction_id)
    return render_template(
        "sales/introduction.html",
        asked=as_requested(found, clock.now()),
        contact=contact,
        is_open=is_open(found),
        outcomes=OUTCOMES,
        form=form,
        refusal=refusal,
    )
