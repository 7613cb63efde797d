"""The search page, its feed, and the searches that readers keep."""

from flask import Flask

from app.web.search import feed, saved, suggest, views


def register(app: Flask) -> None:
    """Add the pages to the site."""
    app.register_blueprint(views.search)
    app.register_blueprint(feed.blueprint)
    app.register_blueprint(suggest.blueprint)
    app.register_blueprint(saved.blueprint)
