"""The desk: who waits for whom, for experts and stewards."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.desk import rules
from app.http import login_required, signed_in_person
from app.people.models import Person
from app.web.desk import page

blueprint = Blueprint("desk", __name__, url_prefix="/desk")


@blueprint.get("")
@login_required
def show() -> ResponseReturnValue:
    """Everything that waits."""
    person = _reader()
    return render_template("desk/show.html", page=page.compose(person), person=person)


@blueprint.get("/marks")
@login_required
def doubts() -> ResponseReturnValue:
    """What was said against one's answers, from `after` on."""
    person = _reader()
    composed = page.compose_doubts(person, request.args.get("after"))
    return render_template("desk/part.html", page=composed, person=person)


@blueprint.get("/<part>")
@login_required
def one(part: str) -> ResponseReturnValue:
    """One of the lists, from `after` on."""
    person = _reader()
    composed = page.compose_one(person, part, request.args.get("after"))
    return render_template("desk/part.html", page=composed, person=person)


def _reader() -> Person:
    """Whoever asks, if they have a desk. Raises NotAllowed."""
    person = signed_in_person()
    rules.check_can_use_desk(person)
    return person
