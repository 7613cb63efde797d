"""Commands."""

from __future__ import annotations

import importlib

from flask import Flask

# Each module has `register(app)`.
MODULES = (
    "accounts",
    "affinity",
    "audit",
    "canary",
    "crm",
    "demo.commands",
    "doctor",
    "import_data",
    "outcomes",
    "people",
    "posts",
    "recount",
    "reputation",
    "search",
    "serve",
)


def register(app: Flask) -> None:
    """Add every command to `flask`."""
    for module in MODULES:
        importlib.import_module(f"app.cli.{module}").register(app)
