"""Pages and forms of what is said of answers: marks, recommendations, thanks, corrections."""

from flask import Flask

from app.web.marks import correcting, thanking, views


def register(app: Flask) -> None:
    app.register_blueprint(views.marks)
    app.register_blueprint(correcting.corrections)
    app.register_blueprint(thanking.blueprint)
