"""Changing what one is called here."""

from __future__ import annotations

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from app.http import login_required, see_other, signed_in_person
from app.kernel.db import write
from app.kernel.errors import RuleBroken
from app.kernel.settings import settings
from app.people import former_handles, queries
from app.web.people.forms import HandleForm
from app.web.people.joining import A_MOMENT_AGO
from app.web.people.proving import proof_needed
from app.web.security.limits import limit
from app.web.ui.refusals import answer_refused

blueprint = Blueprint("handle", __name__, url_prefix="/settings/handle")


@blueprint.get("")
@login_required
@proof_needed
def show() -> ResponseReturnValue:
    """The form for another handle."""
    return _page(HandleForm(formdata=None, handle=signed_in_person().handle))


@blueprint.post("")
@limit("deeds")
@login_required
@proof_needed
def change() -> ResponseReturnValue:
    """Take another handle; the old one leads to the new one from now on."""
    form = HandleForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        with write():
            former_handles.change_handle(signed_in_person(), form.handle.data or "", brands=settings().brand_names)
    except IntegrityError:
        refusal = RuleBroken(A_MOMENT_AGO)
        return answer_refused(_page(form, refusal.sentence), refusal)
    except RuleBroken as refusal:
        return answer_refused(_page(form, refusal.sentence), refusal)
    flash(f"You are @{signed_in_person().handle} now. Old links and mentions lead to you.", "good")
    return see_other("/settings/handle")


def _page(form: HandleForm, refusal: str = "") -> str:
    person = signed_in_person()
    return render_template(
        "people/change_handle.html",
        form=form,
        refusal=refusal,
        person=person,
        former=queries.former_handles_of(person),
        next_change_at=former_handles.next_change_at(person),
    )
