"""Joining, signing in and out, and everybody's own settings."""

from __future__ import annotations

from flask import Flask

from app.web.people import joining, resetting, settings, signing_in, wiring


def register(app: Flask) -> None:
    """Wire sign-in, and add its pages."""
    wiring.register(app)
    for part in (signing_in, joining, resetting, settings):
        app.register_blueprint(part.blueprint)
    settings.register(app)
