"""Every point of a person with its cause: everybody can retrace where it came from, and nobody learns who voted."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.http import public_page, viewer
from app.kernel.errors import NotFound
from app.people import queries as people
from app.web.reputation.page import address_where, compose, privileges_of
from app.web.ui.figures import figures

blueprint = Blueprint("points", __name__)


@blueprint.get("/@<handle>/reputation")
@public_page
def show(handle: str) -> ResponseReturnValue:
    """For everybody where numbers about single people are shown; for the person always."""
    person, reader = people.find_by_handle_ever(handle), viewer()
    is_own = person is not None and reader is not None and reader.id == person.id
    if person is None or not (is_own or figures().of_people):
        raise NotFound
    if handle != person.handle:
        return redirect(url_for("points.show", handle=person.handle), code=301)
    page = render_template(
        "reputation/show.html",
        person=person,
        page=compose(person, reader, request.args.get("after")),
        address_where=address_where,
        privileges_of=privileges_of,
    )
    return make_response(page, 200, {"X-Robots-Tag": "noindex"})
