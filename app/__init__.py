"""Firsthand: a community site where named employees answer customers under their own names."""

from __future__ import annotations

import importlib
import importlib.util
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from app.config import Settings

DOMAINS = (
    "people",
    "accounts",
    "topics",
    "site",
    "posts",
    "questions",
    "meetings",
    "introductions",
    "marks",
    "desk",
    "curation",
    "search",
    "reputation",
    "affinity",
    "outcomes",
    "exchange",
    "notifications",
)

MEGABYTE = 1024 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """The application with every domain in its place; the only function that knows them all."""
    # Imported here: a worker that renders text needs one module of the kernel and must not load the whole site.
    from flask import Flask
    from flask_migrate import Migrate
    from werkzeug.middleware.proxy_fix import ProxyFix

    from app import cli, http, jobs, web
    from app.config import ROOT, read_settings
    from app.kernel.db import db

    settings = settings or read_settings()
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    _configure(app, settings)
    _make_instance(settings.instance)
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    http.keep_private(app)
    web.register(app)
    jobs.register(app)
    cli.register(app)
    _load_domains()
    _check_search(app)
    if settings.trusted_proxy_hops:
        hops = settings.trusted_proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    return app


def _make_instance(folder: Path) -> None:
    from app.config import UnsafeSetting

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnsafeSetting(f"INSTANCE must be a folder that can be made and written: {folder} is none.") from error


def _load_domains() -> None:
    """Tables and reactions register themselves when they are imported; only this module imports reactions."""
    importlib.import_module("app.kernel.events")
    for domain in DOMAINS:
        for part in ("models", "reactions"):
            if importlib.util.find_spec(f"app.{domain}.{part}"):
                importlib.import_module(f"app.{domain}.{part}")


def _check_search(app: Flask) -> None:
    """An engine that cannot run on this machine says so now, not when somebody searches."""
    from app.search.engines import site_index

    with app.app_context():
        site_index()


def _configure(app: Flask, settings: Settings) -> None:
    from app.kernel.db import engine_options

    app.extensions["firsthand.settings"] = settings
    app.config.update(
        TESTING=settings.testing,
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.secret_key_fallbacks),
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=MEGABYTE,
        MAX_FORM_MEMORY_SIZE=MEGABYTE // 4,
        MAX_FORM_PARTS=50,
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        PREFERRED_URL_SCHEME="https" if settings.is_secure else "http",
    )
