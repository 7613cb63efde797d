"""Joining: the form, the letter with a link, and the address that is confirmed by it."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, flash, render_template, session
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from app.accounts import actions as accounts
from app.http import see_other, viewer
from app.kernel.db import write
from app.kernel.errors import Refusal, RuleBroken, TooOften
from app.kernel.settings import settings
from app.people import actions, held_handles, invitations, letters, queries, rates
from app.people.actions import NewPerson
from app.people.addresses import normalise, open_address, seal
from app.people.invitations import open_invitation
from app.people.letters import LetterKind
from app.people.models import Person
from app.people.passwords import check_password, hash_password
from app.people.tokens import LinkOver, Purpose, open_token
from app.site import admission
from app.site.queries import sign_up_rule
from app.web.people import wiring
from app.web.people.forms import STAFF_PASSWORD_HINT, NewMemberForm, PasswordAgainForm
from app.web.people.signing_in import count_try, find_by_password
from app.web.security.limits import in_words, limit
from app.web.security.places import place
from app.web.ui.refusals import answer_form

# The person who joined with this browser, so that it need not ask for the password again.
JOINED = "joined"
NOT_YOURS = "That is not the password this address was registered with. If you did not register, close this page."

A_MOMENT_AGO = "Somebody chose that handle a moment ago. Choose another."

blueprint = Blueprint("joining", __name__)


@blueprint.get("/sign-up")
def sign_up() -> ResponseReturnValue:
    """The form."""
    if viewer() is not None:
        return see_other("/")
    return _page(NewMemberForm())


@blueprint.post("/sign-up")
def join() -> ResponseReturnValue:
    """Take a new member in. The answer is the same when the address is in use already: its owner gets a mail."""
    return _join(NewMemberForm())


@blueprint.get("/join/<token>")
@limit("invitations")
def sign_up_invited(token: str) -> ResponseReturnValue:
    """Who invites, and the form. A member is told that the link is for somebody else."""
    invitation = open_invitation(token)
    if viewer() is not None:
        return render_template("people/join_signed_in.html", invitation=invitation)
    return _page(NewMemberForm(), token=token)


@blueprint.post("/join/<token>")
@limit("invitations")
def join_invited(token: str) -> ResponseReturnValue:
    """Take in whoever was invited, whatever address they have."""
    return _join(NewMemberForm(), token)


def _join(form: NewMemberForm, token: str | None = None) -> ResponseReturnValue:
    is_staff = bool(open_invitation(token).role) if token else False
    if not form.validate_on_submit():
        return _page(form, token=token, status=422)
    try:
        new = prepare_person(form, is_staff=is_staff, is_invited=token is not None)
        with write():
            _count_sign_up()
            session[JOINED] = _add_or_tell_owner(new, token)
    except LinkOver:
        raise
    except Refusal as refusal:
        return _page(form, refusal, token=token)
    except IntegrityError:
        return _page(form, RuleBroken(A_MOMENT_AGO), token=token)
    return see_other("/sign-up/sent")


@blueprint.get("/sign-up/sent")
def sent() -> ResponseReturnValue:
    """What happens next."""
    return render_template("people/letter_sent.html", purpose="confirm")


@blueprint.get("/confirm/<token>")
def ask_to_confirm(token: str) -> ResponseReturnValue:
    """A button: programs that look into mail open links, so opening one changes nothing."""
    person = open_token(Purpose.CONFIRM, token).person
    return _ask_to_confirm(person, PasswordAgainForm())


@blueprint.post("/confirm/<token>")
def confirm(token: str) -> ResponseReturnValue:
    """Confirm the address, map its owner to their company, and sign them in.

    In a browser that did not join, the password is asked for as well: else somebody could register another's
    address with a password of their own, and wait for the owner to open the link.
    """
    person = open_token(Purpose.CONFIRM, token).person
    form = PasswordAgainForm()
    try:
        if not _joined_here(person):
            _check_knows_password(person, form.password.data or "")
        with write():
            person = open_token(Purpose.CONFIRM, token).person
            take_address(person)
    except (RuleBroken, TooOften) as refusal:
        return _ask_to_confirm(person, form, refusal)
    next_page = wiring.enter(person, way="confirmation")
    flash(f"Your address is confirmed. Welcome, {person.first_name}.", "good")
    return see_other(next_page)


def prepare_person(form: NewMemberForm, *, is_staff: bool = False, is_invited: bool = False) -> NewPerson:
    """What the form says, checked and hashed, outside any transaction. Raises RuleBroken, or Busy."""
    address = normalise(form.email.data or "")
    admission.check_may_join(address, is_invited=is_invited)
    password = form.password.data or ""
    check_password(password, is_staff=is_staff)
    new = NewPerson(
        handle=form.handle.data or "",
        name=form.name.data or "",
        address=address,
        password_hash=None,
        is_employee=is_staff,
    )
    # What costs nothing is checked first; hashing takes a tenth of a second.
    actions.check_new_person(new, brands=settings().brand_names)
    return replace(new, password_hash=hash_password(password))


def take_address(person: Person) -> None:
    """The address is theirs: it may map them to a company, and an invitation that they came by is used now.

    In the open write transaction. Raises RuleBroken for somebody who may not join any more.
    """
    is_invited = invitations.use_pending(person)
    if not (is_invited or person.is_employee or queries.has_company_sign_in(person)):
        admission.check_may_join(_address(person))
    actions.confirm_address(person)
    accounts.map_by_address(person, company_domains=settings().company_domains)


def _count_sign_up() -> None:
    wait = rates.take(rates.SIGN_UPS_FROM_PLACE, place())
    if wait:
        raise TooOften(f"Several people joined from where you are. The next can in {in_words(wait)}.", wait)


def _add_or_tell_owner(new: NewPerson, token: str | None) -> int:
    """The new person's id; 0 when the address is in use, which its owner alone is told."""
    assert new.address is not None
    invitation = open_invitation(token) if token else None
    owner = queries.find_by_address(new.address)
    # Counted for new addresses as well: how soon no more letters go out must not tell which ones are in use.
    has_had_enough = rates.take(rates.LETTERS_TO_ADDRESS, str(seal(new.address)))
    person = _add(new) if owner is None else owner
    if owner is not None:
        _tell_owner(owner, new, is_due=not has_had_enough)
    if invitation is not None and person.confirmed_at is None:
        invitations.note_registration(person, invitation)
    return person.id if owner is None else 0


def _add(new: NewPerson) -> Person:
    person = actions.add_person(new, brands=settings().brand_names)
    letters.write_letter(person, LetterKind.CONFIRM)
    return person


def _tell_owner(owner: Person, new: NewPerson, *, is_due: bool) -> None:
    """Whoever registers learns nothing: the handle is gone for as long as if it were theirs now."""
    actions.check_new_person(new, brands=settings().brand_names)
    held_handles.hold(new.handle, actions.UNCONFIRMED_FOR)
    if is_due:
        known = LetterKind.ALREADY_REGISTERED if owner.confirmed_at else LetterKind.CONFIRM
        letters.write_letter(owner, known)


def _address(person: Person) -> str:
    assert person.email is not None
    return open_address(person.email)


def _joined_here(person: Person) -> bool:
    return session.get(JOINED) == person.id


def _check_knows_password(person: Person, password: str) -> None:
    address = _address(person)
    count_try(address)
    try:
        find_by_password(address, password)
    except RuleBroken as error:
        raise RuleBroken(NOT_YOURS) from error


def _ask_to_confirm(person: Person, form: PasswordAgainForm, refusal: Refusal | None = None) -> Response:
    page = render_template(
        "people/confirm.html",
        form=form,
        address=_address(person),
        handle=person.handle,
        asks_password=not _joined_here(person),
        refusal=refusal.sentence if refusal else None,
    )
    return answer_form(page, refusal)


def _page(
    form: NewMemberForm, refusal: Refusal | None = None, *, token: str | None = None, status: int = 200
) -> Response:
    invitation = open_invitation(token) if token else None
    if invitation is not None and invitation.role:
        form.password.description = STAFF_PASSWORD_HINT
    page = render_template(
        "people/sign_up.html",
        form=form,
        refusal=refusal.sentence if refusal else None,
        invitation=invitation,
        rule=sign_up_rule(),
    )
    return answer_form(page, refusal, status)
