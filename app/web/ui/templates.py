"""How templates are compiled and joined."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from flask import Flask
from flask.templating import Environment
from jinja2 import StrictUndefined


class Templates(Environment):
    """Templates that share one set of globals.

    Jinja would give each template a layer of globals of its own, and compare the layers each time one template imports
    another. A page of a long thread imports hundreds of times, and spent a third of its time there.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals of the site, unless a template is loaded with some of its own."""
        return super().make_globals(d) if d else self.globals


def register(app: Flask) -> None:
    """Set the site's way with templates. Nothing may have asked for one before."""
    assert "jinja_env" not in vars(app), "Templates were asked for before it was said how they are joined."
    app.jinja_environment = Templates
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    # A name that a template asks for and nobody gave is a fault, not an empty place.
    app.jinja_env.undefined = StrictUndefined
