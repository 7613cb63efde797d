"""Commands."""

from __future__ import annotations

import importlib

from flask import Flask

from app.cli.faults import tell_in_sentences

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

# What the database says of a step that failed is what whoever brings it up to date has to read.
OTHERS = {"db"}


def register(app: Flask) -> None:
    """Add every command to `flask`, and have each, the worker's too, tell its faults in a sentence."""
    for module in MODULES:
        importlib.import_module(f"app.cli.{module}").register(app)
    for name, command in app.cli.commands.items():
        if name not in OTHERS:
            tell_in_sentences(command)
