"""What a reader of reports promises, once a year, before the first one."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.affinity import pledges, rules
from app.http import login_required, see_other, signed_in_person
from app.kernel.db import write
from app.web.security.places import safe_next

blueprint = Blueprint("pledge", __name__)


@blueprint.get("/sales/pledge")
@login_required
def read() -> ResponseReturnValue:
    """Say in plain words what is promised."""
    reader = signed_in_person()
    rules.check_can_read_reports(reader)
    return render_template(
        "sales/pledge.html",
        words=pledges.WORDS,
        pledged_at=pledges.pledged_at(reader),
        holds=pledges.has_pledged(reader),
        wanted=_wanted(request.args.get("next")),
    )


@blueprint.post("/sales/pledge")
@login_required
def make() -> ResponseReturnValue:
    """Take the promise, and go on to where the reader wanted to go."""
    with write():
        pledges.pledge(signed_in_person())
    return see_other(_wanted(request.form.get("next")))


def _wanted(place: str | None) -> str:
    """A page of this site; the accounts where none was named."""
    wanted = safe_next(place)
    return "/sales" if wanted == "/" else wanted
