"""Addresses for machines: is the site well, what may be crawled, where is what, which rule did a browser enforce."""

from __future__ import annotations

from flask import Flask

from app.web.machines import crawlers, health, opensearch, photos, reports


def register(app: Flask) -> None:
    """Add them."""
    for part in (health, crawlers, reports, photos, opensearch):
        app.register_blueprint(part.blueprint)
