"""Style sheet, script, fonts and mark: read once at the start, served from memory under names that hold their hash.

Since a name changes with its content, browsers may keep what it names for ever.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, request, url_for

from app.kernel.errors import NotFound
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
SERVED = ("js/*.js", "brand/*.svg", "vendor/fonts/*.woff2")

assets = Blueprint("assets", __name__, url_prefix="/assets")


@dataclass(frozen=True)
class Asset:
    """One file as it is sent. `compressed` is None where compressing gains nothing."""

    name: str
    content: bytes
    kind: str
    compressed: bytes | None


@dataclass
class Assets:
    """Everything that is served, by the name of its source ("site.css") and by the name it is served under."""

    by_source: dict[str, Asset] = field(default_factory=dict)
    by_name: dict[str, Asset] = field(default_factory=dict)

    def add(self, source: str, content: bytes) -> Asset:
        """Take a file in; its name gets the hash of its content before the ending."""
        path = Path(source)
        digest = hashlib.sha256(content).hexdigest()[:HASH_LENGTH]
        small = None if path.suffix in ALREADY_SMALL else gzip.compress(content, 9, mtime=0)
        asset = Asset(f"{path.stem}.{digest}{path.suffix}", content, KINDS[path.suffix], small)
        self.by_source[source] = self.by_name[asset.name] = asset
        return asset


def read_assets(folder: Path, prefix: str) -> Assets:
    """Read what stands in `folder`. Raises BrokenStylesheet where something is missing."""
    found = Assets()
    for pattern in SERVED:
        for path in sorted(folder.glob(pattern)):
            found.add(path.name, path.read_bytes())
    sheet = join_stylesheet(folder / "css", lambda path: f"{prefix}/{found.by_source[path.name].name}")
    found.add("site.css", sheet.encode())
    return found


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


def register(app: Flask) -> None:
    """Read the files, so that a broken one stops the start, and let templates ask for their addresses."""
    assert app.static_folder is not None
    app.extensions["firsthand.assets"] = read_assets(Path(app.static_folder), "/assets")
    app.register_blueprint(assets)
    app.add_template_global(asset_url)


def _assets() -> Assets:
    found: Assets = current_app.extensions["firsthand.assets"]
    return found
