"""Pages and forms of questions and answers."""

from flask import Flask

from app.web.questions import asking, discussion, editing, feeds, lists, revisions, similar, views


def register(app: Flask) -> None:
    app.register_blueprint(lists.lists)
    app.register_blueprint(asking.asking)
    app.register_blueprint(views.questions)
    app.register_blueprint(similar.blueprint)
    app.register_blueprint(discussion.posts)
    app.register_blueprint(editing.editing)
    app.register_blueprint(feeds.blueprint)
    app.register_blueprint(revisions.revisions)
