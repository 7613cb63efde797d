"""What the site says about itself: the promise and what it keeps of it, and the operator's texts."""

from __future__ import annotations

from flask import Flask

from app.introductions.rules import is_open, may_ask
from app.web.site import company, counting, requests, views
from app.web.site.requests import OUTCOMES, WISHES


def register(app: Flask) -> None:
    """Add the pages."""
    for pages in (views, company, counting, requests):
        app.register_blueprint(pages.blueprint)
    app.jinja_env.globals.update(
        wishes=WISHES,
        request_outcomes=OUTCOMES,
        may_ask_sales=may_ask,
        request_is_open=is_open,
    )
