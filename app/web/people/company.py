"""Signing in through a company's own sign-in, and joining by it."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, render_template, request, session
from flask.typing import ResponseReturnValue

from app.accounts import actions as accounts
from app.config import Issuer
from app.http import login_required, see_other, signed_in_person, viewer
from app.kernel.db import write
from app.kernel.errors import NotAllowed, Refusal
from app.kernel.settings import settings
from app.people import audit, identities, queries, sessions
from app.people.issuers import Arrival, claims
from app.people.models import Identity, Person
from app.web.people import company_links, company_logout, company_newcomers, proving, wiring
from app.web.people.company_journey import (
    Cancelled,
    Journey,
    NotBelieved,
    come_home,
    issuer_called,
    issuers,
    set_out,
)
from app.web.people.joining import JOINED
from app.web.people.signing_in import NOT_CONFIRMED, send_confirmation_again
from app.web.security.limits import limit
from app.web.security.places import safe_next
from app.web.security.sessions import IDENTITY

LINKS = "/settings/company-sign-in"

blueprint = Blueprint("company", __name__, url_prefix="/sign-in/company")


def register(app: Flask) -> None:
    """Add the pages, and let every template show the company sign-ins there are."""
    for part in (blueprint, company_newcomers.blueprint, company_links.blueprint, company_logout.blueprint):
        app.register_blueprint(part)
    app.jinja_env.globals["company_sign_ins"] = issuers


@blueprint.post("/<name>")
@limit("company sign-ins")
def begin(name: str) -> ResponseReturnValue:
    """Send the browser to the provider to sign in."""
    issuer = issuer_called(name)
    wanted = safe_next(request.form.get("next"))
    return see_other(wanted) if viewer() else set_out(issuer, "enter", wanted=wanted)


@blueprint.post("/<name>/again")
@login_required
@limit("company sign-ins")
def begin_again(name: str) -> ResponseReturnValue:
    """Send the browser to the provider, to show there that whoever is signed in sits before it."""
    wanted = safe_next(request.form.get("next"))
    return set_out(issuer_called(name), "prove", wanted=wanted, person_id=signed_in_person().id)


@blueprint.get("/<name>/callback")
@limit("company sign-ins")
def come_back(name: str) -> ResponseReturnValue:
    """Take back whom the provider vouches for."""
    issuer = issuer_called(name)
    try:
        journey, arrival = come_home(issuer)
        return _ARRIVALS[journey.purpose](issuer, journey, arrival)
    except (NotBelieved, Cancelled, _Refused) as refusal:
        page = render_template("people/company_refused.html", issuer=issuer, sentence=refusal.sentence)
        return page, refusal.status


class _Refused(NotAllowed):
    """The provider vouches for them, and the site does not let them in."""


def _enter(issuer: Issuer, journey: Journey, arrival: Arrival) -> ResponseReturnValue:
    identity = identities.find(issuer, arrival.subject)
    if identity is None:
        return _meet(issuer, journey, arrival)
    person = identities.owner_of(identity)
    _check_can_enter(issuer, person)
    number = identity.id
    with write():
        take_word(issuer, identity, person, arrival)
    next_page = wiring.enter(person, way="company", wanted=journey.wanted, identity_id=number)
    if not claims.is_asked_since(arrival.claims, since=journey.begun_at):
        # The provider knew the browser, not who sits before it.
        proving.forget_proof()
    return see_other(next_page)


def _meet(issuer: Issuer, journey: Journey, arrival: Arrival) -> ResponseReturnValue:
    """Somebody whom nobody here is linked to: ask what to call them, unless their address is somebody's already."""
    if claims.is_address_proved(arrival.claims) and queries.find_by_address(claims.address_in(arrival.claims)):
        return render_template("people/company_known.html", issuer=issuer, links=LINKS)
    company_newcomers.remember(issuer, arrival, wanted=journey.wanted)
    return see_other(f"/sign-in/company/{issuer.name}/welcome")


def _check_can_enter(issuer: Issuer, person: Person) -> None:
    if not person.active:
        with write():
            audit.note("company_sign_in.refused", by=None, about=person, issuer=issuer.name, reason="deactivated")
        raise _Refused("Your account here is closed. If that is a mistake, ask an admin.")
    if person.confirmed_at is None:
        # They have shown that the account is theirs, so the link in the letter asks for no password in this browser.
        session[JOINED] = person.id
        send_confirmation_again(person)
        raise _Refused(NOT_CONFIRMED)


def _link(issuer: Issuer, journey: Journey, arrival: Arrival) -> ResponseReturnValue:
    person = _same_person(issuer, journey)
    try:
        with write():
            identity = identities.link(person, issuer, arrival.subject)
            take_word(issuer, identity, person, arrival)
            sessions.end_all_of(person)
            number = identity.id
    except Refusal as refusal:
        flash(refusal.sentence, "bad")
        return see_other(LINKS)
    # From now on this browser's session lasts only as long as the company vouches for the person.
    session[IDENTITY] = number
    wiring.keep_in(person)
    flash(f"{issuer.label} is linked: you can sign in with it. Every other browser is signed out.", "good")
    return see_other(LINKS)


def _prove(issuer: Issuer, journey: Journey, arrival: Arrival) -> ResponseReturnValue:
    person = _same_person(issuer, journey)
    identity = identities.find(issuer, arrival.subject)
    if identity is None or identity.person_id != person.id:
        raise _Refused(f"That is another {issuer.label} account than the one you have linked.")
    if not claims.is_fresh(arrival.claims, since=journey.begun_at):
        raise _Refused(f"{issuer.label} did not ask who sits here. Sign out there first, or show it another way.")
    with write():
        take_word(issuer, identity, person, arrival)
    proving.note_proof()
    return see_other(journey.wanted)


def _same_person(issuer: Issuer, journey: Journey) -> Person:
    """Whoever is signed in, if they were when they set out. Raises SignInNeeded or NotBelieved."""
    person = signed_in_person()
    if person.id != journey.person_id:
        raise NotBelieved(issuer, "person")
    return person


def take_word(issuer: Issuer, identity: Identity, person: Person, arrival: Arrival) -> None:
    """Let the person have what the provider's word brings, in the open write transaction."""
    identities.note_arrival(identity, arrival.tokens)
    if identities.settle_roles(identity, person, claims.roles_in(arrival.claims, issuer)):
        accounts.map_by_address(person, company_domains=settings().company_domains)


_ARRIVALS = {"enter": _enter, "link": _link, "prove": _prove}
