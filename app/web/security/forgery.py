"""Forms that other sites send in a reader's name are refused: by a token, and by where the request says it is from."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, current_app, request
from flask_wtf import CSRFProtect

from app.kernel.errors import NotAllowed
from app.kernel.settings import settings

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
OURS = frozenset({"same-origin", "none"})
FROM_ELSEWHERE = "This form was sent from another site, so nothing was done. Open the page here and send it again."

View = TypeVar("View", bound=Callable[..., object])

csrf = CSRFProtect()


def without_token(view: View) -> View:
    """Mark a view whose form stands on pages that are the same for everybody. Its Origin is still checked."""
    exempt: View = csrf.exempt(view)
    return exempt


def from_anywhere(view: View) -> View:
    """Mark a view that takes requests without token and from any origin: it must do nothing in anybody's name."""
    view.from_anywhere = True  # type: ignore[attr-defined]
    return without_token(view)


def register(app: Flask) -> None:
    """Check every request that may change something."""
    app.config.update(
        # A token is bound to the session, which ends; a form that was open over lunch must still go through.
        WTF_CSRF_TIME_LIMIT=None,
        # The check below covers what a Referer would tell, and does not fail where browsers leave it out.
        WTF_CSRF_SSL_STRICT=False,
    )
    app.before_request(_check_origin)
    csrf.init_app(app)


def _check_origin() -> None:
    if request.method in SAFE_METHODS:
        return
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "from_anywhere", False):
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    is_ours = origin is None or origin in {settings().base_url, request.host_url.rstrip("/")}
    if not is_ours or (site is not None and site not in OURS):
        raise NotAllowed(FROM_ELSEWHERE)
