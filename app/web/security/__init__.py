"""What every request passes through: logs, host and origin checks, sessions, limits, headers."""

from __future__ import annotations

from flask import Flask

from app.web.security import forgery, headers, limits, only_reading, requests, rooms, sessions


def register(app: Flask) -> None:
    """Put the guards in front of every page, in the order in which they act."""
    requests.register(app)
    sessions.register(app)
    rooms.register(app)
    forgery.register(app)
    limits.register(app)
    only_reading.register(app)
    headers.register(app)
