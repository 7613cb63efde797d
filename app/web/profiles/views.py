"""A person's page."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template
from flask.typing import ResponseReturnValue

from app.http import public_page, viewer
from app.kernel.errors import NotFound
from app.people import queries as people
from app.web.profiles.metadata import metadata_of
from app.web.profiles.page import compose, is_listed
from app.web.questions.views import address_of

profiles = Blueprint("profiles", __name__)


@profiles.get("/@<handle>")
@public_page
def show(handle: str) -> ResponseReturnValue:
    """Whoever goes by this handle, in whatever capitals it is asked for."""
    person = people.find_by_handle_ever(handle)
    if person is None:
        raise NotFound
    if handle != person.handle:
        return redirect(f"/@{person.handle}", code=301)
    page = compose(person, viewer())
    listed = is_listed(person)
    shown = render_template(
        "profiles/show.html",
        person=person,
        page=page,
        address_of=address_of,
        is_listed=listed,
        metadata=metadata_of(person, page),
    )
    return make_response(shown, 200, {} if listed else {"X-Robots-Tag": "noindex"})
