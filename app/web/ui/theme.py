"""Light, dark, or as the reader's system has it: kept in a cookie, so that it needs no account and no script."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Flask, request
from flask.typing import ResponseReturnValue

from app.http import see_other
from app.kernel.errors import Malformed
from app.kernel.settings import settings
from app.web.security.forgery import without_token
from app.web.security.places import safe_next

THEMES = ("system", "light", "dark")
COOKIE = "theme"
A_YEAR = 365 * 24 * 60 * 60

blueprint = Blueprint("theme", __name__)


def chosen_theme() -> str:
    """What the reader has chosen; "system" when nothing was."""
    value = request.cookies.get(COOKIE, "")
    return value if value in THEMES else "system"


@blueprint.post("/theme")
@without_token
def choose() -> ResponseReturnValue:
    """Keep the choice and go back. The form stands on pages that are the same for everybody, so it has no token."""
    theme = request.form.get("theme", "")
    if theme not in THEMES:
        raise Malformed("A theme is system, light or dark.")
    response = see_other(_page_before())
    if theme == "system":
        response.delete_cookie(COOKIE)
    else:
        secure = settings().is_secure
        response.set_cookie(COOKIE, theme, max_age=A_YEAR, samesite="Lax", secure=secure, httponly=True)
    return response


def register(app: Flask) -> None:
    """Take the form, and let templates ask for the choice."""
    app.register_blueprint(blueprint)
    app.add_template_global(chosen_theme)


def _page_before() -> str:
    """Path and query of the page the form stood on."""
    before = urlsplit(request.referrer or "")
    if before.netloc != request.host:
        return "/"
    return safe_next(f"{before.path}?{before.query}" if before.query else before.path)
