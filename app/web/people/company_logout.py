"""A provider tells the site that it has signed somebody out (OpenID Connect Back-Channel Logout 1.0)."""

from __future__ import annotations

from datetime import UTC, datetime

import structlog
from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.kernel.db import write
from app.people import audit, identities, once
from app.people.issuers import BadToken, Unreachable, provider_of
from app.web.people.company_journey import issuer_called
from app.web.security.forgery import from_anywhere

blueprint = Blueprint("company_logout", __name__, url_prefix="/sign-in/company")

log = structlog.get_logger(__name__)


@blueprint.post("/<name>/back-channel-logout")
@from_anywhere
def sign_out(name: str) -> ResponseReturnValue:
    """End the sessions that came by this company sign-in. What proves the request is the token, not a browser."""
    issuer = issuer_called(name)
    try:
        logout = provider_of(issuer).read_logout_token(request.form.get("logout_token", ""))
        with write():
            until = datetime.fromtimestamp(logout.until, UTC)
            if not once.use_once(f"logout of {issuer.url}", logout.token_id, until=until):
                raise BadToken("used")
            identity = identities.find(issuer, logout.subject)
            if identity is not None:
                identities.end_sessions(identity)
                about = identities.owner_of(identity)
                audit.note("company_sign_in.signed_out", by=None, about=about, issuer=issuer.name)
    except Unreachable as error:
        log.warning("a company sign-in did not answer", issuer=issuer.name, why=str(error))
        return {"error": "temporarily_unavailable"}, 503
    except BadToken as error:
        log.warning("a logout token was refused", issuer=issuer.name, why=str(error))
        return {"error": "invalid_request"}, 400
    return "", 200
