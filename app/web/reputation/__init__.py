"""Reputation in the open: whose points came from what, and who earned most."""

from flask import Flask

from app.web.reputation import boards, points, words


def register(app: Flask) -> None:
    """Add the pages of reputation, and let templates ask how things are said there."""
    for part in (points, boards):
        app.register_blueprint(part.blueprint)
    said = words.points_words, words.reversal_words, words.share_words, words.badge_words, words.balance_words
    for ask in said:
        app.add_template_global(ask)
    app.jinja_env.globals.update(causes=words.CAUSES, unearned_words=words.UNEARNED)
