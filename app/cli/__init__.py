"""Commands."""

from __future__ import annotations

import importlib

from flask import Flask

# Each module has `register(app)`.
MODULES: tuple[str, ...] = ("demo.commands", "affinity", "import_data", "people", "recount", "serve", "worker", "search")


def register(app: Flask) -> None:
    """Add every command to `flask`."""
    for module in MODULES:
        importlib.import_module(f"app.cli.{module}").register(app)
