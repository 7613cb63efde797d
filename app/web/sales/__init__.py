"""What sales people see: accounts, never people."""

from flask import Flask

from app.web.sales.views import sales


def register(app: Flask) -> None:
    app.register_blueprint(sales)
