"""The way to a company's own sign-in and back: what the browser's session keeps of it, and what is believed after it.

State, nonce and code verifier never leave the server but towards the provider, and serve once.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta

import structlog
from flask import render_template, request, session
from flask.typing import ResponseReturnValue

from app.config import Issuer
from app.http import see_other
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.errors import Busy, NotAllowed, NotFound
from app.kernel.settings import settings
from app.people import audit, once
from app.people.issuers import Arrival, BadToken, Unreachable, provider_of
from app.web.security.headers import let_forms_lead_to

STARTED = "company sign-in"
MAY_TAKE = timedelta(minutes=10)
# Longer than any provider's code lives.
REMEMBERED_FOR = timedelta(hours=1)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Journey:
    """A sign-in that has begun: for what, by whom if somebody is signed in already, and where to go afterwards.

    `purpose` is "enter", "link" or "prove".
    """

    issuer: str
    purpose: str
    state: str
    nonce: str
    verifier: str
    wanted: str
    person_id: int | None
    begun_at: float


class NotBelieved(NotAllowed):
    """What came back from a provider is not to be believed. `reason` is one word for the trail."""

    def __init__(self, issuer: Issuer, reason: str) -> None:
        super().__init__(f"The sign-in with {issuer.label} could not be finished. Begin again.")
        self.reason = reason


class Cancelled(NotAllowed):
    """The provider sent the browser back without signing anybody in."""

    def __init__(self, issuer: Issuer) -> None:
        super().__init__(f"{issuer.label} did not sign you in. Begin again, or sign in another way.")


def issuers() -> tuple[Issuer, ...]:
    """The company sign-ins there are. Forms of the page that is made now may lead to them."""
    for issuer in settings().issuers:
        let_forms_lead_to(issuer.origin)
    return settings().issuers


def issuer_called(name: str) -> Issuer:
    """The issuer with this name in the settings. Raises NotFound."""
    found = next((issuer for issuer in settings().issuers if issuer.name == name), None)
    if found is None:
        raise NotFound
    return found


def set_out(issuer: Issuer, purpose: str, *, wanted: str, person_id: int | None = None) -> ResponseReturnValue:
    """Send the browser to the provider. Raises Busy when that cannot be reached."""
    # A provider may take seconds, and a database does not wait for that in a transaction.
    db.session.rollback()
    provider = provider_of(issuer)
    try:
        start = provider.start(_address_back(issuer), anew=purpose == "prove")
        is_elsewhere = provider.metadata().authorization_origin != issuer.origin
    except Unreachable as error:
        raise _cannot_reach(issuer, error)
    journey = Journey(
        issuer=issuer.name,
        purpose=purpose,
        state=start.state,
        nonce=start.nonce,
        verifier=start.verifier,
        wanted=wanted,
        person_id=person_id,
        begun_at=clock.now().timestamp(),
    )
    session[STARTED] = asdict(journey)
    if is_elsewhere:
        # The policy of the page lets its form lead to the issuer's own host alone; a link may lead anywhere.
        return render_template("people/company_onward.html", issuer=issuer, address=start.url)
    return see_other(start.url)


def come_home(issuer: Issuer) -> tuple[Journey, Arrival]:
    """Who came back, and from which journey. Raises NotBelieved (noted in the trail), Cancelled or Busy."""
    begun = session.pop(STARTED, None)
    db.session.rollback()
    try:
        journey = _own_journey(issuer, begun, request.args)
        code = _code(issuer, journey, request.args)
        return journey, provider_of(issuer).take_code(
            code, nonce=journey.nonce, verifier=journey.verifier, redirect_uri=_address_back(issuer)
        )
    except Unreachable as error:
        raise _cannot_reach(issuer, error)
    except (BadToken, NotBelieved) as error:
        reason = error.reason if isinstance(error, NotBelieved) else str(error)
        with write():
            audit.note("company_sign_in.refused", by=None, issuer=issuer.name, reason=reason)
        raise NotBelieved(issuer, reason) from error


def _own_journey(issuer: Issuer, begun: Mapping[str, object] | None, answer: Mapping[str, str]) -> Journey:
    """The journey that this browser began and that `answer` belongs to."""
    if begun is None:
        raise NotBelieved(issuer, "state")
    journey = Journey(**begun)  # type: ignore[arg-type]
    is_same = hmac.compare_digest(answer.get("state", "").encode(), journey.state.encode())
    is_late = clock.now().timestamp() - journey.begun_at > MAY_TAKE.total_seconds()
    if not is_same or is_late or journey.issuer != issuer.name:
        raise NotBelieved(issuer, "state")
    return journey


def _code(issuer: Issuer, journey: Journey, answer: Mapping[str, str]) -> str:
    """The code that was given for this journey by this issuer (RFC 9207), for its first and only use."""
    said = answer.get("iss")
    if said != issuer.url and (said is not None or provider_of(issuer).metadata().names_itself):
        raise NotBelieved(issuer, "iss")
    if "error" in answer:
        raise Cancelled(issuer)
    code = answer.get("code", "")
    if not code:
        raise NotBelieved(issuer, "code")
    until = clock.now() + REMEMBERED_FOR
    with write():
        is_first = once.use_once("state", journey.state, until=until)
        is_first = once.use_once(f"code of {issuer.url}", code, until=until) and is_first
    if not is_first:
        raise NotBelieved(issuer, "used")
    return code


def _address_back(issuer: Issuer) -> str:
    return f"{settings().base_url}/sign-in/company/{issuer.name}/callback"


def _cannot_reach(issuer: Issuer, error: Unreachable) -> Busy:
    log.warning("a company sign-in did not answer", issuer=issuer.name, why=str(error))
    return Busy(f"{issuer.label} cannot be reached right now. Try again in a minute, or sign in another way.", 60)
