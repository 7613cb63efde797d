"""Icons: drawn by reference where they stand, and defined once at the end of the page that uses them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from flask import Flask, current_app, g
from markupsafe import Markup

SHAPES = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
BETWEEN_TAGS = re.compile(r">\s+<")


class UnknownIcon(LookupError):
    """A template asks for an icon that is not among the vendored ones."""


def read_icons(folder: Path) -> dict[str, str]:
    """The shapes of every icon in `folder`, by the icon's name."""
    icons = {}
    for path in sorted(folder.glob("*.svg")):
        drawing = SHAPES.search(path.read_text())
        assert drawing is not None, f"{path} is not a drawing."
        icons[path.stem] = BETWEEN_TAGS.sub("><", drawing[1].strip())
    return icons


def icon(name: str) -> Markup:
    """A reference to an icon, for the eye only: a word stands beside it. Raises UnknownIcon."""
    if name not in _icons():
        raise UnknownIcon(f"There is no icon {name!r}: add it to tools/vendor.toml and run `make vendor`.")
    g.setdefault("icons_drawn", set()).add(name)
    return _reference(name)


def icon_to_come(name: str) -> str:
    """Nothing to see: the page carries the icon for what a script puts into it later. Raises UnknownIcon."""
    icon(name)
    return ""


@cache
def _reference(name: str) -> Markup:
    return Markup('<svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>').format(name)


def icon_sprite() -> Markup:
    """The drawings of all icons the page has referred to so far, hidden."""
    icons = _icons()
    symbols = (
        f'<symbol id="i-{name}" viewBox="0 0 24 24">{icons[name]}</symbol>' for name in sorted(g.get("icons_drawn", ()))
    )
    return Markup(f'<svg hidden aria-hidden="true">{"".join(symbols)}</svg>')  # noqa: S704 - drawings of our own


def register(app: Flask) -> None:
    """Read the drawings and let templates use them."""
    assert app.static_folder is not None
    app.extensions["firsthand.icons"] = read_icons(Path(app.static_folder) / "vendor" / "icons")
    app.add_template_global(icon)
    app.add_template_global(icon_sprite)
    app.add_template_global(icon_to_come)


def _icons() -> dict[str, str]:
    found: dict[str, str] = current_app.extensions["firsthand.icons"]
    return found
