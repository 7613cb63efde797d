"""Pages on which a thread is looked after: duplicates, closing, locking, merging, splitting, who may read it."""

from flask import Flask

from app.web.curation import closures, duplicates, moves, openings, splits


def register(app: Flask) -> None:
    for part in (closures, duplicates, moves, openings, splits):
        app.register_blueprint(part.blueprint)
