"""Whether the reader is counted in the report about their company: their choice alone, and it changes nothing else."""

from __future__ import annotations

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue

from app.affinity.not_counted import count_again, is_left_out, leave_out
from app.http import login_required, see_other, signed_in_person
from app.kernel.db import write
from app.kernel.errors import NotAllowed
from app.kernel.settings import settings
from app.people import audit
from app.people.models import Person
from app.web.security.limits import limit
from app.web.site.promise import companies_of

HERE = "/promise/counting"

blueprint = Blueprint("counting", __name__, url_prefix=HERE)


@blueprint.get("")
@login_required
def show() -> ResponseReturnValue:
    """What follows from it, and the button."""
    reader = signed_in_person()
    return render_template(
        "site/counting.html",
        accounts=companies_of(reader),
        left_out=is_left_out(reader),
        reports_exist=settings().affinity_enabled,
    )


@blueprint.post("/leaving")
@limit("deeds")
@login_required
def leave() -> ResponseReturnValue:
    """Count the reader no more, neither for what they did nor for what they will do."""
    with write():
        reader = _member()
        if not is_left_out(reader):
            leave_out(reader)
            audit.note("counting.left", by=reader, about=reader)
    flash("You are not counted any more. Reports that were taken before are measured anew within a day.", "good")
    return see_other(HERE)


@blueprint.post("/returning")
@limit("deeds")
@login_required
def come_back() -> ResponseReturnValue:
    """Count the reader as everybody else."""
    with write():
        reader = _member()
        if is_left_out(reader):
            count_again(reader)
            audit.note("counting.returned", by=reader, about=reader)
    flash("You are counted again, within a day and with what you did meanwhile.", "good")
    return see_other(HERE)


def _member() -> Person:
    reader = signed_in_person()
    if reader.is_employee:
        raise NotAllowed("Employees are counted for no customer, so there is nothing to leave.")
    return reader
