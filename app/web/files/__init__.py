"""Files that people attach: sending them in, looking after one's own, and fetching them."""

from __future__ import annotations

from flask import Flask

from app.web.files import fetching, keeping, sending
from app.web.files.sizes import in_bytes


def register(app: Flask) -> None:
    """Add the pages to the site."""
    app.add_template_filter(in_bytes)
    for part in (sending.uploads, keeping.kept_files, fetching.files):
        app.register_blueprint(part)
