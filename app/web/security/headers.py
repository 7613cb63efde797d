"""Headers that tell browsers what this site never does."""

from __future__ import annotations

from flask import Flask, Response, g

from app.kernel.settings import settings

ONLY_OURS = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "object-src 'none'"
)
OUR_FORMS = "form-action 'self'"
NOTHING = "default-src 'none'; frame-ancestors 'none'"
FROM_PEOPLE = "default-src 'none'; sandbox"
REPORTS = "report-uri /csp-report"
TWO_YEARS = 63_072_000

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
}


def let_forms_lead_to(origin: str) -> None:
    """Let the forms of the page that is made now lead on to `origin`: browsers follow no redirect to it otherwise."""
    g.setdefault("form_targets", set()).add(origin)


def register(app: Flask) -> None:
    """Add the headers to every answer; a view may set its own first."""

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", _policy(response))
        if settings().is_secure:
            response.headers.setdefault("Strict-Transport-Security", f"max-age={TWO_YEARS}; includeSubDomains")
        return response


def _policy(response: Response) -> str:
    if response.mimetype != "text/html":
        return NOTHING
    upgrade = ["upgrade-insecure-requests"] if settings().is_secure else []
    targets = " ".join([OUR_FORMS, *sorted(g.get("form_targets", ()))])
    return "; ".join([ONLY_OURS.replace(OUR_FORMS, targets), *upgrade, REPORTS])
