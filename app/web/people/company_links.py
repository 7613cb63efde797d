"""Which company sign-ins lead to the reader."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, session
from flask.typing import ResponseReturnValue

from app.accounts import actions as accounts
from app.http import login_required, one_or_404, see_other, signed_in_person
from app.kernel.db import write
from app.kernel.errors import RuleBroken
from app.kernel.settings import settings
from app.people import identities
from app.web.people import wiring
from app.web.people.company_journey import issuer_called, set_out
from app.web.people.proving import proof_needed
from app.web.security.limits import limit
from app.web.security.sessions import IDENTITY

HERE = "/settings/company-sign-in"

blueprint = Blueprint("company_links", __name__, url_prefix=HERE)


@blueprint.get("")
@login_required
def show() -> ResponseReturnValue:
    """Each company sign-in there is, with what the reader can do about it."""
    linked = {identity.issuer: identity for identity in identities.of_person(signed_in_person())}
    return render_template("people/company_links.html", linked=linked)


@blueprint.post("/<name>")
@proof_needed
@limit("company sign-ins")
def link(name: str) -> ResponseReturnValue:
    """Send the reader to the provider, to show there who they are."""
    return set_out(issuer_called(name), "link", wanted=HERE, person_id=signed_in_person().id)


@blueprint.post("/<name>/remove")
@proof_needed
def unlink(name: str) -> ResponseReturnValue:
    """Let the company sign-in lead to the reader no more. Whoever came by it is signed out."""
    person, issuer = signed_in_person(), issuer_called(name)
    identity = one_or_404(identities.linked_to(person), issuer=issuer.url)
    came_by_it = session.get(IDENTITY) == identity.id
    try:
        with write():
            identities.unlink(identity, person)
            accounts.map_by_address(person, company_domains=settings().company_domains)
    except RuleBroken as refusal:
        flash(refusal.sentence, "bad")
        return see_other(HERE)
    if came_by_it:
        wiring.sign_out()
    flash(f"{issuer.label} leads to you no more. Sign in with your password from now on.", "good")
    return see_other("/sign-in" if came_by_it else HERE)
