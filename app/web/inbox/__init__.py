"""The inbox, and following a question."""

from flask import Flask

from app.notifications.kinds import sentence
from app.web.inbox import following, views


def register(app: Flask) -> None:
    """Add the pages, and let templates say what a notice says and how many are new."""
    app.register_blueprint(following.blueprint)
    app.register_blueprint(views.inbox)
    app.add_template_global(sentence, "notice_sentence")
    app.add_template_global(views.unread_words)
