"""The times that experts offer, and one's own meetings."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.http import login_required, one_or_404, public_page, signed_in_person, viewer
from app.meetings import queries
from app.meetings.models import Occasion
from app.people.queries import with_page

blueprint = Blueprint("meetings", __name__)


@blueprint.get("/meetings")
@public_page
def index() -> ResponseReturnValue:
    """What can be asked for, the soonest first: of everybody, or of one occasion and one expert."""
    wanted = request.args.get("occasion", "")
    occasion = wanted if wanted in set(Occasion) else ""
    handle = request.args.get("expert", "")
    expert = one_or_404(with_page(handle)) if handle else None
    page = queries.open_slots_page(
        viewer(), occasion=occasion, expert=expert.handle.lower() if expert else "", after=request.args.get("after")
    )
    return render_template("meetings/index.html", page=page, occasion=occasion, expert=expert)


@blueprint.get("/meetings/yours")
@login_required
def yours() -> ResponseReturnValue:
    """What waits for the reader, what is coming, what they offer, and what was."""
    person = signed_in_person()
    return render_template(
        "meetings/yours.html",
        person=person,
        waiting=queries.waiting_for(person),
        coming=queries.coming_up(person),
        slots=queries.own_slots(person),
        earlier=queries.earlier_page(person, request.args.get("after")),
    )
