"""The experts' desk, and what can be done about who helps with a question."""

from flask import Flask

from app.web.desk import calls, case, companies, greeting, listening, replies, views, votes


def register(app: Flask) -> None:
    """Add the pages, and let templates ask for the link to a support case."""
    for part in (calls, replies, greeting, listening, votes, companies, views):
        app.register_blueprint(part.blueprint)
    app.add_template_global(case.support_case_link)
