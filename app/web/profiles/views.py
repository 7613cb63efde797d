"""A person's page."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from app.http import public_page, viewer
from app.kernel.errors import NotFound
from app.people import queries as people
from app.web.profiles.page import compose

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
    return render_template("profiles/show.html", person=person, page=compose(person, viewer()))
