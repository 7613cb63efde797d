"""The search page."""

from flask import Flask

from app.web.search import views


def register(app: Flask) -> None:
    """Add the page to the site."""
    app.register_blueprint(views.search)
