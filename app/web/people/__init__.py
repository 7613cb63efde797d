"""Joining, signing in and out, and everybody's own settings."""

from __future__ import annotations

from flask import Flask, render_template
from flask.typing import ResponseReturnValue

from app.people.tokens import LinkOver
from app.web.people import again, away, handle, joining, resetting, settings, signing_in, wiring


def register(app: Flask) -> None:
    """Wire sign-in, and add its pages."""
    wiring.register(app)
    for part in (signing_in, again, joining, resetting, settings, handle, away):
        app.register_blueprint(part.blueprint)
    app.register_error_handler(LinkOver, _answer_dead_link)


def _answer_dead_link(refusal: LinkOver) -> ResponseReturnValue:
    return render_template("people/link_over.html", sentence=refusal.sentence), refusal.status
