"""What the editor asks the site while somebody writes."""

from flask import Flask

from app.web.editor import suggestions


def register(app: Flask) -> None:
    """Add the suggestions to the site."""
    app.register_blueprint(suggestions.editor)
