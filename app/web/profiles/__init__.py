"""A person's page: who they are, what they know, what they wrote."""

from flask import Flask

from app.web.profiles import views


def register(app: Flask) -> None:
    """Add the pages of people."""
    app.register_blueprint(views.profiles)
