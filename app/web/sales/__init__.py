"""What sales people see: accounts, never people."""

from flask import Flask

from app.affinity.purposes import Purpose
from app.kernel.settings import settings
from app.web.sales import (
    asking,
    definition,
    door,
    how,
    introductions,
    opportunities,
    outcomes,
    pledge,
    summary,
    views,
)
from app.web.sales.outcome_pages import amount_of
from app.web.sales.sentences import at_least
from app.web.sales.tabs import sales_tabs


def whole_address(path: str) -> str:
    """The address of a page of this site as one types it, for who holds it on paper."""
    return settings().base_url + path


def register(app: Flask) -> None:
    """Put the door before the pages, and let templates say what is read for and how much there is at least."""
    door.register(app)
    for module in (pledge, asking, summary, how, outcomes, opportunities, introductions, definition, views):
        app.register_blueprint(module.blueprint)
    for ask in (whole_address, at_least, sales_tabs, amount_of):
        app.add_template_global(ask)
    app.jinja_env.globals["purposes"] = tuple(Purpose)
