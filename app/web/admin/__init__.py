"""For whoever runs the site: the first run, what could not be delivered, and the texts."""

from __future__ import annotations

from flask import Flask

from app.web.admin import first_run, outbox, texts


def register(app: Flask) -> None:
    """Add the pages."""
    for part in (first_run, outbox, texts):
        app.register_blueprint(part.blueprint)
