"""What every page is made of: style sheet, icons, dates, the shell, and what its templates may ask for."""

from __future__ import annotations

from flask import Flask
from jinja2 import StrictUndefined

from app.web.ui import assets, icons, shell, theme


def register(app: Flask) -> None:
    """Give the site its look."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    # A name that a template asks for and nobody gave is a fault, not an empty place.
    app.jinja_env.undefined = StrictUndefined
    assets.register(app)
    icons.register(app)
    theme.register(app)
    shell.register(app)
