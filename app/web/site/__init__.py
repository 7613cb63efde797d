"""What the site says about itself: the promise, and the operator's texts."""

from __future__ import annotations

from flask import Flask

from app.web.site import views


def register(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(views.blueprint)
