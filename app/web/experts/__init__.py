"""The people who answer: their directory, everything they write, and who says what they know."""

from flask import Flask

from app.web.experts import directory, endorsing, posts


def register(app: Flask) -> None:
    """Add the pages of the experts."""
    for part in (directory, posts, endorsing):
        app.register_blueprint(part.blueprint)
