"""Joining by a company's sign-in: the provider says who somebody is, they say what to call them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, flash, render_template, session
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.exc import IntegrityError

from app.accounts import actions as accounts
from app.config import Issuer
from app.http import see_other, viewer
from app.kernel import clock
from app.kernel.db import write
from app.kernel.errors import Refusal, RuleBroken, TooOften
from app.kernel.settings import settings
from app.people import actions, handles, held_handles, identities, letters, queries, rates
from app.people.actions import NewPerson
from app.people.addresses import normalise, seal
from app.people.issuers import Arrival, claims
from app.people.letters import LetterKind
from app.people.models import Role
from app.web.people import wiring
from app.web.people.company_journey import issuer_called
from app.web.people.forms import NewMemberForm, address_field
from app.web.people.joining import A_MOMENT_AGO, JOINED, take_address
from app.web.security.limits import in_words
from app.web.ui.refusals import answer_form

NEWCOMER = "company newcomer"
MAY_TAKE = timedelta(minutes=30)
TOO_LATE = "That took a while. Sign in once more, and we go on from there."

blueprint = Blueprint("company_newcomers", __name__, url_prefix="/sign-in/company")


class WelcomeForm(FlaskForm):
    """What somebody is called here, whose address the provider has proved."""

    name = NewMemberForm.name
    handle = NewMemberForm.handle


class WelcomeWithAddressForm(WelcomeForm):
    """The same, where the address is still to be confirmed by a letter."""

    email = address_field("Your work address", hint="Nobody else sees it. We send one mail to it, to confirm it.")


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """Somebody whom a provider vouches for, and whom nobody here is linked to. `address` is "" unless it is proved."""

    issuer: Issuer
    subject: str
    address: str
    proposals: Mapping[str, str]
    roles: frozenset[Role]
    tokens: Mapping[str, Any]
    wanted: str


def remember(issuer: Issuer, arrival: Arrival, *, wanted: str) -> None:
    """Keep in the browser's session who arrived, until they have said what to call them."""
    said = arrival.claims
    session[NEWCOMER] = {
        "issuer": issuer.name,
        "subject": arrival.subject,
        "is_proved": claims.is_address_proved(said),
        "proposals": {"name": claims.name_in(said), "handle": claims.handle_in(said), "email": claims.address_in(said)},
        "roles": sorted(claims.roles_in(said, issuer)),
        "tokens": identities.seal_tokens(issuer.url, arrival.subject, arrival.tokens),
        "wanted": wanted,
        "until": (clock.now() + MAY_TAKE).timestamp(),
    }


@blueprint.get("/<name>/welcome")
def ask(name: str) -> ResponseReturnValue:
    """The form, with what the provider says as a proposal."""
    newcomer = _newcomer(issuer_called(name))
    if newcomer is None:
        return _begin_again()
    kinds = newcomer.proposals
    proposed = handles.suggest_handle(kinds["handle"] or kinds["name"] or "member", queries.is_handle_taken)
    form = WelcomeForm if newcomer.address else WelcomeWithAddressForm
    return _page(form(formdata=None, data={**kinds, "handle": proposed}), newcomer)


@blueprint.post("/<name>/welcome")
def join(name: str) -> ResponseReturnValue:
    """Take the newcomer in; at once where the provider has proved their address."""
    newcomer = _newcomer(issuer_called(name))
    if newcomer is None:
        return _begin_again()
    form = WelcomeForm() if newcomer.address else WelcomeWithAddressForm()
    if not form.validate_on_submit():
        return _page(form, newcomer, status=422)
    try:
        return _add(newcomer, form)
    except Refusal as refusal:
        return _page(form, newcomer, refusal)
    except IntegrityError:
        return _page(form, newcomer, RuleBroken(A_MOMENT_AGO))


def _add(newcomer: Newcomer, form: WelcomeForm) -> ResponseReturnValue:
    address = newcomer.address or normalise(form.email.data or "")
    new = NewPerson(
        handle=form.handle.data or "",
        name=form.name.data or "",
        address=address,
        password_hash=None,
        is_employee=bool(newcomer.roles),
    )
    actions.check_new_person(new, brands=settings().brand_names)
    return _welcome(newcomer, new) if newcomer.address else _write_to(newcomer, new, address)


def _welcome(newcomer: Newcomer, new: NewPerson) -> ResponseReturnValue:
    with write():
        person = actions.add_person(new, brands=settings().brand_names)
        # A company's word lets people in whom the rule of who may join would not.
        identity = identities.link(person, newcomer.issuer, newcomer.subject)
        take_address(person)
        identities.note_arrival(identity, newcomer.tokens)
        if identities.settle_roles(identity, person, newcomer.roles):
            accounts.map_by_address(person, company_domains=settings().company_domains)
        number = identity.id
    del session[NEWCOMER]
    flash(f"Welcome, {person.first_name}.", "good")
    return see_other(wiring.enter(person, way="company", wanted=newcomer.wanted, identity_id=number))


def _write_to(newcomer: Newcomer, new: NewPerson, address: str) -> ResponseReturnValue:
    """Send the letter that proves the address. The page is the same when the address is in use: its owner is told.

    Roles come with the next sign-in, when the address is confirmed.
    """
    with write():
        owner = queries.find_by_address(address)
        wait = rates.take(rates.LETTERS_TO_ADDRESS, str(seal(address)))
        if wait:
            raise TooOften(f"Three letters went to this address already. The next can go in {in_words(wait)}.", wait)
        if owner is None:
            person = actions.add_person(new, brands=settings().brand_names)
            identity = identities.link(person, newcomer.issuer, newcomer.subject)
            identities.note_arrival(identity, newcomer.tokens)
            letters.write_letter(person, LetterKind.CONFIRM)
            session[JOINED] = person.id
        else:
            # As with any other registration, the handle is gone for as long as if it were theirs now.
            held_handles.hold(new.handle, actions.UNCONFIRMED_FOR)
            letters.write_letter(owner, LetterKind.ALREADY_REGISTERED if owner.confirmed_at else LetterKind.CONFIRM)
    del session[NEWCOMER]
    return see_other("/sign-up/sent")


def _newcomer(issuer: Issuer) -> Newcomer | None:
    """Whoever arrived in this browser by this issuer within the last half hour."""
    kept = session.get(NEWCOMER)
    if viewer() is not None or kept is None or kept["issuer"] != issuer.name:
        return None
    if kept["until"] < clock.now().timestamp():
        return None
    return Newcomer(
        issuer=issuer,
        subject=kept["subject"],
        address=kept["proposals"]["email"] if kept["is_proved"] else "",
        proposals=kept["proposals"],
        roles=frozenset(Role(role) for role in kept["roles"]),
        tokens=identities.open_sealed(issuer.url, kept["subject"], kept["tokens"]),
        wanted=kept["wanted"],
    )


def _begin_again() -> ResponseReturnValue:
    if viewer() is None:
        flash(TOO_LATE, "info")
    return see_other("/sign-in")


def _page(form: WelcomeForm, newcomer: Newcomer, refusal: Refusal | None = None, status: int = 200) -> Response:
    page = render_template(
        "people/company_welcome.html",
        form=form,
        issuer=newcomer.issuer,
        address=newcomer.address,
        refusal=refusal.sentence if refusal else None,
    )
    return answer_form(page, refusal, status)
