"""The front page: the people who answer, and what is being asked."""

from flask import Flask

from app.web.front import views


def register(app: Flask) -> None:
    """Add the front page."""
    app.register_blueprint(views.front)
