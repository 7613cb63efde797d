"""How browsers search this site from their own box (OpenSearch 1.1)."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from app.http import public_page
from app.kernel.settings import settings
from app.web.ui.assets import asset_url

LONGEST_SHORT_NAME = 16
"""So many characters the format allows."""

blueprint = Blueprint("opensearch", __name__)


@blueprint.get("/opensearch.xml")
@public_page
def describe() -> ResponseReturnValue:
    """Where to search, where to ask for suggestions, and by which name the site goes."""
    name = settings().site_name
    text = render_template(
        "site/opensearch.xml",
        short_name=short(name),
        long_name=name[:48],
        base=settings().base_url,
        mark=asset_url("mark.svg"),
    )
    return Response(text, mimetype="application/opensearchdescription+xml")


def short(name: str) -> str:
    """The first words of a name, as many as fit."""
    if len(name) <= LONGEST_SHORT_NAME:
        return name
    words = name[: LONGEST_SHORT_NAME + 1].rpartition(" ")[0]
    return words or name[:LONGEST_SHORT_NAME]
