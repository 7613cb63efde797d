"""The settings of the running site, for code that is called inside it."""

from __future__ import annotations

from flask import current_app

from app.config import Settings


def settings() -> Settings:
    """The frozen settings that create_app was given."""
    found: Settings = current_app.extensions["firsthand.settings"]
    return found
