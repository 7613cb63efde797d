"""Pages of topics and products, and the forms of those who look after them."""

from flask import Flask

from app.web.topics import editing, products, reading


def register(app: Flask) -> None:
    app.register_blueprint(reading.blueprint)
    app.register_blueprint(editing.blueprint)
    app.register_blueprint(products.blueprint)
