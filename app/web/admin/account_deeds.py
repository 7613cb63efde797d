"""Which domains stand for an account, and who looks after it."""

from __future__ import annotations

from flask import Blueprint, flash, url_for
from flask.typing import ResponseReturnValue

from app.accounts import actions
from app.accounts.models import Account, Ownership
from app.http import see_other, signed_in_person
from app.kernel.db import write
from app.kernel.errors import RuleBroken
from app.people import audit
from app.people.models import Person
from app.web.admin.account_forms import DomainForm, OwnerForm
from app.web.admin.accounts import account_page, known
from app.web.admin.door import admin_only
from app.web.admin.people import person_called
from app.web.people.proving import proof_needed

blueprint = Blueprint("admin_account_deeds", __name__, url_prefix="/admin/accounts/<int:account_id>")


@blueprint.post("/domains")
@admin_only
@proof_needed
def add_domain(account_id: int) -> ResponseReturnValue:
    """Let a domain stand for the account."""
    account, form = known(account_id), DomainForm()
    if not form.validate_on_submit():
        return account_page(account, domain_form=form, status=422)
    domain, below = form.domain.data or "", bool(form.subdomains.data)
    try:
        with write():
            actions.add_domain(account, domain, subdomains=below)
            _note("accounts.domain_added", account, domain=domain[:253])
    except RuleBroken as refusal:
        return account_page(account, domain_form=form, refusal=refusal)
    flash("Added. Whoever has confirmed an address there belongs to the account within a minute.", "good")
    return _back(account_id)


@blueprint.post("/domains/removal")
@admin_only
@proof_needed
def remove_domain(account_id: int) -> ResponseReturnValue:
    """Let a domain stand for the account no more."""
    account, form = known(account_id), DomainForm()
    domain = form.domain.data or ""
    try:
        with write():
            actions.remove_domain(account, domain)
            _note("accounts.domain_removed", account, domain=domain[:253])
    except RuleBroken as refusal:
        return account_page(account, refusal=refusal)
    flash("Removed. Whoever belonged by it does not any more.", "good")
    return _back(account_id)


@blueprint.post("/owners")
@admin_only
@proof_needed
def add_owner(account_id: int) -> ResponseReturnValue:
    """Let somebody in sales look after the account."""
    account, form = known(account_id), OwnerForm()
    if not form.validate_on_submit():
        return account_page(account, owner_form=form, status=422)
    try:
        person = person_called(form.handle.data)
        with write():
            _look_after(account, person, Ownership(form.role.data or Ownership.OWNER))
    except RuleBroken as refusal:
        return account_page(account, owner_form=form, refusal=refusal)
    flash("Saved. The account stands on their page from now on.", "good")
    return _back(account_id)


@blueprint.post("/owners/removal")
@admin_only
@proof_needed
def remove_owner(account_id: int) -> ResponseReturnValue:
    """Let somebody look after the account no more."""
    account = known(account_id)
    try:
        person = person_called(OwnerForm().handle.data)
        with write():
            actions.remove_owner(account, person)
            _note("accounts.owner_removed", account, about=person)
    except RuleBroken as refusal:
        return account_page(account, refusal=refusal)
    flash("Saved. They do not look after this account any more; that they did is kept.", "good")
    return _back(account_id)


def _look_after(account: Account, person: Person, role: Ownership) -> None:
    actions.add_owner(account, person, role)
    _note("accounts.backup_added" if role is Ownership.BACKUP else "accounts.owner_added", account, about=person)


def _note(deed: str, account: Account, *, about: Person | None = None, **details: str) -> None:
    audit.note(deed, by=signed_in_person(), about=about, account=account.id, name=account.name, **details)


def _back(account_id: int) -> ResponseReturnValue:
    return see_other(url_for("admin_accounts.show", account_id=account_id))
