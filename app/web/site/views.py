"""The promise, and the operator's texts."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.http import public_page, viewer
from app.site.queries import current_text
from app.site.texts import TITLES, TextName
from app.web.site.promise import PromisePage

blueprint = Blueprint("site", __name__)


@blueprint.get("/promise")
@public_page
def promise() -> ResponseReturnValue:
    """What we promise; and to a member of a company, who looked at what is counted about it."""
    return render_template("site/promise.html", page=PromisePage.of(viewer()))


@blueprint.get("/privacy")
@public_page
def privacy() -> ResponseReturnValue:
    """What is kept, what for, and until when."""
    return _show(TextName.PRIVACY)


@blueprint.get("/terms")
@public_page
def terms() -> ResponseReturnValue:
    """What one agrees to."""
    return _show(TextName.TERMS)


@blueprint.get("/accessibility")
@public_page
def accessibility() -> ResponseReturnValue:
    """What works for whom, and what does not yet."""
    return _show(TextName.ACCESSIBILITY)


@blueprint.get("/guidelines")
@public_page
def guidelines() -> ResponseReturnValue:
    """How we treat one another."""
    return _show(TextName.GUIDELINES)


def _show(name: TextName) -> str:
    return render_template("site/text.html", title=TITLES[name], name=name.value, text=current_text(name))
