"""Whatever goes wrong ends on a page with a sentence; no traceback ever reaches a reader."""

from __future__ import annotations

from urllib.parse import quote

import structlog
from flask import Flask, Response, current_app, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from app.http import SIGN_IN_FIRST, see_other, viewer
from app.kernel.db import CANNOT_SAVE, came_second, db, is_busy, names_no_row
from app.kernel.errors import Refusal, SignInNeeded
from app.web.security.requests import reference
from app.web.ui.refusals import TEXTS, refusal_page

OPEN_TOO_LONG = "This page had been open for too long. Go back, load it again, and send your form once more."
CAME_SECOND = "Somebody sent the same a moment ago, so yours was not saved."
BUSY_SECONDS = 10

log = structlog.get_logger()


def register(app: Flask) -> None:
    """Answer every refusal and every fault."""
    app.register_error_handler(Refusal, answer_refusal)
    app.register_error_handler(SignInNeeded, answer_sign_in_needed)
    app.register_error_handler(CSRFError, answer_lost_token)
    app.register_error_handler(HTTPException, answer_http_error)
    app.register_error_handler(Exception, answer_fault)


def answer_refusal(refusal: Refusal) -> ResponseReturnValue:
    """Say what the rule says."""
    # The standard sentence of a status stands in its text already.
    sentence = "" if refusal.status == 404 else refusal.sentence
    return refusal_page(refusal.status, sentence, retry_after=refusal.retry_after)


def answer_sign_in_needed(refusal: SignInNeeded) -> ResponseReturnValue:
    """Send a reader to the sign-in page and back; a form that was sent stays where it is."""
    if request.method in {"GET", "HEAD"}:
        return see_other(f"/sign-in?next={quote(request.full_path.rstrip('?'), safe='/')}")
    return refusal_page(401, refusal.sentence)


def answer_lost_token(error: CSRFError) -> ResponseReturnValue:
    """A form without a valid token: most often a page that was open over night, whose reader is signed out by now."""
    view = current_app.view_functions.get(request.endpoint or "")
    if viewer() is None and getattr(view, "needs_sign_in", False):
        return refusal_page(401, SIGN_IN_FIRST)
    return refusal_page(400, OPEN_TOO_LONG)


def answer_http_error(error: HTTPException) -> ResponseReturnValue:
    """What Flask itself refuses; redirects among them pass."""
    if isinstance(error, SecurityError):
        # Under a host that is not ours no address can be made, so there is no page to show either.
        return Response("This is not the address of this site.\n", status=400, mimetype="text/plain")
    status = error.code or 500
    if status < 400:
        return error.get_response()
    page = refusal_page(status if status in TEXTS else 400)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            page.headers[name] = value
    return page


def answer_fault(error: Exception) -> ResponseReturnValue:
    """A fault of ours: logged with its traceback under the reference that the page shows."""
    db.session.rollback()
    if is_busy(error):
        return refusal_page(503, CANNOT_SAVE, retry_after=BUSY_SECONDS)
    if names_no_row(error):
        return refusal_page(404)
    if came_second(error):
        # What is asked for often says it better, before it comes to this.
        log.warning("came second", reference=reference(), endpoint=request.endpoint, exc_info=error)
        return refusal_page(409, CAME_SECOND)
    log.error("fault", reference=reference(), endpoint=request.endpoint, method=request.method, exc_info=error)
    return refusal_page(500)
