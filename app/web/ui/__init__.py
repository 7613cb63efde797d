"""What every page is made of: style sheet, icons, dates, the shell, and what its templates may ask for."""

from __future__ import annotations

from flask import Flask

from app.web.ui import assets, figures, icons, shell, templates, theme


def register(app: Flask) -> None:
    """Give the site its look."""
    templates.register(app)
    assets.register(app)
    icons.register(app)
    theme.register(app)
    shell.register(app)
    figures.register(app)
