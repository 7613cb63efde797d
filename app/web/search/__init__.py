"""The search page, its feed, and the searches that readers keep."""

from flask import Flask

from app.search.likeness import in_words
from app.web.search import feed, saved, suggest, views


def register(app: Flask) -> None:
    """Add the pages to the site, and let templates say how alike two questions are."""
    app.register_blueprint(views.search)
    app.register_blueprint(feed.blueprint)
    app.register_blueprint(suggest.blueprint)
    app.register_blueprint(saved.blueprint)
    app.add_template_filter(in_words, "alike")
