"""What runs off the outbox and on a clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Add `flask worker`."""
    from app.jobs.command import worker

    app.cli.add_command(worker)
