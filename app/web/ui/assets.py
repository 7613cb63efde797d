"""Style sheet, scripts, fonts and mark: read once at the start, served from memory under names that hold their hash.

Since a name changes with its content, browsers may keep what it names for ever.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, g, request, url_for
from markupsafe import Markup

from app.kernel.errors import NotFound
from app.web.ui.scripts import imports_of, scripts_in_order, with_served_names
from app.web.ui.stylesheet import join_stylesheet

HASH_LENGTH = 10
FOR_EVER = "public, max-age=31536000, immutable"
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
ALREADY_SMALL = {".woff2"}
SERVED = ("brand/*.svg", "vendor/fonts/*.woff2")
SCRIPTS = ("js/**/*.js", "vendor/js/*.js")

assets = Blueprint("assets", __name__, url_prefix="/assets")


@dataclass(frozen=True)
class Asset:
    """One file as it is sent. `compressed` is None where compressing gains nothing.

    `needs` are the names of all that a script imports, directly or not.
    """

    name: str
    content: bytes
    kind: str
    compressed: bytes | None
    needs: tuple[str, ...] = ()


class SameName(Exception):
    """Two files have one name; the message says which."""


@dataclass
class Assets:
    """Everything that is served, by the name of its source ("site.css") and by the name it is served under."""

    by_source: dict[str, Asset] = field(default_factory=dict)
    by_name: dict[str, Asset] = field(default_factory=dict)

    def add(self, source: str, content: bytes, needs: tuple[str, ...] = ()) -> Asset:
        """Take a file in; its name gets the hash of its content before the ending. Raises SameName."""
        if source in self.by_source:
            raise SameName(f"Two files that are served are called {source}.")
        path = Path(source)
        digest = hashlib.sha256(content).hexdigest()[:HASH_LENGTH]
        small = None if path.suffix in ALREADY_SMALL else gzip.compress(content, 9, mtime=0)
        asset = Asset(f"{path.stem}.{digest}{path.suffix}", content, KINDS[path.suffix], small, needs)
        self.by_source[source] = self.by_name[asset.name] = asset
        return asset


def read_assets(folder: Path, prefix: str) -> Assets:
    """Read what stands in `folder`. Raises BrokenStylesheet or BrokenScript where something is missing."""
    found = Assets()
    for pattern in SERVED:
        for path in sorted(folder.glob(pattern)):
            found.add(path.name, path.read_bytes())
    for path in scripts_in_order(path.resolve() for pattern in SCRIPTS for path in sorted(folder.glob(pattern))):
        _add_script(found, path)
    sheet = join_stylesheet(folder / "css", lambda path: f"{prefix}/{found.by_source[path.name].name}")
    found.add("site.css", sheet.encode())
    return found


def _add_script(found: Assets, path: Path) -> None:
    script = with_served_names(path, lambda other: found.by_source[other.name].name)
    direct = [found.by_source[other.name] for other in imports_of(path)]
    needs = dict.fromkeys(name for other in direct for name in (*other.needs, other.name))
    found.add(path.name, script.encode(), tuple(needs))


@assets.get("/<name>")
def show(name: str) -> Response:
    """One file; the address never changes its content."""
    asset = _assets().by_name.get(name)
    if asset is None:
        raise NotFound
    response = Response(asset.content, content_type=asset.kind)
    if asset.compressed is not None:
        response.vary.add("Accept-Encoding")
        if request.accept_encodings.quality("gzip") > 0:
            response.set_data(asset.compressed)
            response.content_encoding = "gzip"
    response.headers["Cache-Control"] = FOR_EVER
    return response


def asset_url(source: str) -> str:
    """The address of a file named by its source: `asset_url("site.css")`. Raises KeyError for an unknown one."""
    return url_for("assets.show", name=_assets().by_source[source].name)


def script(source: str) -> Markup:
    """What loads a script, and all that it imports at the same time; nothing where the page does so already."""
    loaded: set[str] = g.setdefault("scripts_loaded", set())
    if source in loaded:
        return Markup()
    loaded.add(source)
    preload = Markup('<link rel="modulepreload" href="{}">')
    needs = (preload.format(url_for("assets.show", name=name)) for name in _assets().by_source[source].needs)
    return Markup().join(needs) + Markup('<script type="module" src="{}"></script>').format(asset_url(source))


def register(app: Flask) -> None:
    """Read the files, so that a broken one stops the start, and let templates ask for their addresses."""
    assert app.static_folder is not None
    app.extensions["firsthand.assets"] = read_assets(Path(app.static_folder), "/assets")
    app.register_blueprint(assets)
    app.add_template_global(asset_url)
    app.add_template_global(script)


def _assets() -> Assets:
    found: Assets = current_app.extensions["firsthand.assets"]
    return found
