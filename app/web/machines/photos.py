"""Photos of people."""

from __future__ import annotations

from flask import Blueprint, Response

from app.kernel.errors import NotFound
from app.kernel.settings import settings
from app.people.photos import find_photo
from app.web.security.headers import FROM_PEOPLE

# A photo's name is random and its content never changes.
A_WEEK = 7 * 24 * 60 * 60

blueprint = Blueprint("photos", __name__)


@blueprint.get("/photos/<name>")
def show(name: str) -> Response:
    """One photo."""
    path = find_photo(name, settings().photos_path)
    if path is None:
        raise NotFound
    response = Response(path.read_bytes(), mimetype="image/webp")
    response.headers["Content-Security-Policy"] = FROM_PEOPLE
    response.headers["Cache-Control"] = f"public, max-age={A_WEEK}, immutable"
    return response
