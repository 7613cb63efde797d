"""Reputation in the open: whose points came from what, and who earned most."""

from flask import Flask

from app.web.reputation import boards


def register(app: Flask) -> None:
    """Add the pages of reputation."""
    app.register_blueprint(boards.blueprint)
