"""Drafts: saved while one types, given back when the form is opened again, and listed for their author."""

from flask import Flask

from app.web.drafts import views


def register(app: Flask) -> None:
    """Add the pages of drafts."""
    app.register_blueprint(views.drafts)
    app.add_template_filter(views.clock_words, "at")
