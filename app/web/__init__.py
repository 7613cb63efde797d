"""Pages and forms."""

from __future__ import annotations

import importlib

from flask import Flask

# Each package has `register(app)`; the order matters only to people.
PACKAGES: tuple[str, ...] = (
    "ui",
    "security",
    "errors",
    "front",
    "questions",
    "topics",
    "marks",
    "drafts",
    "editor",
    "files",
    "profiles",
    "reputation",
    "experts",
    "people",
    "site",
    "admin",
    "machines",
    "desk",
    "meetings",
    "inbox",
    "curation",
    "sales",
    "search",
)


def register(app: Flask) -> None:
    """Add every page to the site."""
    for package in PACKAGES:
        importlib.import_module(f"app.web.{package}").register(app)
