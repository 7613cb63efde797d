"""What sales people see: accounts, never people."""

from flask import Flask

from app.web.sales import door, pledge, views


def register(app: Flask) -> None:
    """Put the door before the pages."""
    door.register(app)
    for module in (pledge, views):
        app.register_blueprint(module.blueprint)
