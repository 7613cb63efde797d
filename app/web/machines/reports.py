"""What browsers report when a page broke the Content-Security-Policy: logged, and never with the whole address."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import structlog
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from app.kernel.errors import Malformed
from app.web.security.forgery import from_anywhere
from app.web.security.limits import limit

LONGEST_REPORT = 16 * 1024
LONGEST_VALUE = 200

blueprint = Blueprint("reports", __name__)
log = structlog.get_logger("firsthand.csp")


@blueprint.post("/csp-report")
@from_anywhere
@limit("reports")
def take() -> ResponseReturnValue:
    """Log which rule was broken, by what, on which page."""
    request.max_content_length = LONGEST_REPORT
    try:
        report = json.loads(request.get_data())["csp-report"]
        rule, page, blocked = (
            str(report.get(key, "")) for key in ("violated-directive", "document-uri", "blocked-uri")
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Malformed("This is not a report of a broken rule.") from error
    log.warning("policy broken", rule=rule[:LONGEST_VALUE], page=_where(page), blocked=_where(blocked))
    return Response(status=204)


def _where(address: str) -> str:
    """Host and first part of the path: the rest may hold a secret."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "(unreadable)"
    first = parts.path.split("/")[1] if parts.path.startswith("/") else parts.path
    return f"{parts.netloc}/{first}"[:LONGEST_VALUE]
