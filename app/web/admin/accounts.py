"""Customer companies: their names, domains and owners, and how many belong to them. Never who."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import actions, queries
from app.accounts.models import Account
from app.http import one_or_404, see_other, signed_in_person, write_once
from app.kernel.db import write
from app.kernel.errors import Refusal, RuleBroken
from app.kernel.paging import page_of
from app.kernel.settings import settings
from app.people import audit
from app.web.admin.account_forms import AccountForm, DomainForm, NewAccountForm, OwnerForm
from app.web.admin.door import admin_only
from app.web.people.proving import proof_needed
from app.web.ui.fields import words_of
from app.web.ui.refusals import answer_form

PAGE = 50
LONGEST_SEARCH = 80

blueprint = Blueprint("admin_accounts", __name__, url_prefix="/admin/accounts")


@blueprint.get("")
@admin_only
def index() -> ResponseReturnValue:
    """The accounts, the newest first, or those with a word that begins as was typed; and domains that have none."""
    words = " ".join(request.args.get("name", "")[:LONGEST_SEARCH].split())
    page = page_of(queries.every_account(words), by=[Account.id], after=request.args.get("after"), limit=PAGE)
    ids = [account.id for account in page.items]
    return render_template(
        "admin/accounts.html",
        page=page,
        words=words,
        counts=queries.member_counts(ids),
        owners=queries.owners_of(ids),
        unmapped=queries.unmapped_domains(company_domains=settings().company_domains),
    )


@blueprint.get("/new")
@admin_only
@proof_needed
def new() -> ResponseReturnValue:
    """A new account; `domain` in the address is one that several members have already."""
    return _new_page(NewAccountForm(formdata=None, domains=request.args.get("domain", "")[:253]))


@blueprint.post("/new")
@admin_only
@proof_needed
def add() -> ResponseReturnValue:
    """Add an account with its domains."""
    form = NewAccountForm()
    if not form.validate_on_submit():
        return _new_page(form, status=422)
    try:
        with write_once() as once:
            once.made = once.made or _add(form)
            made = once.made
    except RuleBroken as refusal:
        return _new_page(form, refusal)
    flash("Added. Whoever has, or comes to have, an address at its domains belongs to it.", "good")
    return see_other(made)


@blueprint.get("/<int:account_id>")
@admin_only
def show(account_id: int) -> ResponseReturnValue:
    """One account."""
    return account_page(known(account_id))


@blueprint.post("/<int:account_id>")
@admin_only
@proof_needed
def save(account_id: int) -> ResponseReturnValue:
    """Say something else about an account."""
    account, form = known(account_id), AccountForm()
    if not form.validate_on_submit():
        return account_page(account, form=form, status=422)
    try:
        with write():
            actions.change_account(account, **_said(form))
            audit.note("accounts.changed", by=signed_in_person(), account=account.id, name=account.name)
            _save_standing(account, form)
    except RuleBroken as refusal:
        return account_page(account, form=form, refusal=refusal)
    flash("Saved.", "good")
    return see_other(url_for("admin_accounts.show", account_id=account_id))


def known(account_id: int) -> Account:
    """The account with this number. Raises NotFound."""
    return one_or_404(queries.every_account(), id=account_id)


def account_page(
    account: Account,
    *,
    form: AccountForm | None = None,
    domain_form: DomainForm | None = None,
    owner_form: OwnerForm | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> Response:
    """The forms about one account, each with what is so now or with what was typed into it."""
    account = known(account.id)
    above, subsidiaries = queries.family_of(account)
    page = render_template(
        "admin/account.html",
        account=account,
        count=queries.member_counts([account.id]).get(account.id, 0),
        owners=[one for one in queries.owner_history(account) if one[0].until is None],
        former=[one for one in queries.owner_history(account) if one[0].until is not None],
        above=above,
        subsidiaries=subsidiaries,
        shared={one.domain for one in account.domains if queries.shared_among(one.domain)},
        form=form or AccountForm(formdata=None, **_stands(account, above)),
        domain_form=domain_form or DomainForm(formdata=None),
        owner_form=owner_form or OwnerForm(formdata=None),
        refusal=refusal.sentence if refusal else None,
    )
    return answer_form(page, refusal, status)


def _add(form: NewAccountForm) -> str:
    account = actions.add_account(**_said(form), domains=words_of(form.domains.data))
    audit.note("accounts.added", by=signed_in_person(), account=account.id, name=account.name)
    _save_standing(account, form)
    return url_for("admin_accounts.show", account_id=account.id)


def _save_standing(account: Account, form: AccountForm) -> None:
    """What the account is to us, and below which one it stands; each is noted where it is another than before."""
    status, named = form.status.data or account.status, form.parent.data or ""
    if status != account.status:
        actions.set_status(account, status)
        _note("accounts.status_set", account, status=status)
    parent = queries.with_name(named) if named else None
    if named and parent is None:
        raise RuleBroken(f"There is no account called {named[:LONGEST_SEARCH]} that this one could belong to.")
    if (parent.id if parent else None) != account.parent_id:
        actions.set_parent(account, parent)
        deed, words = ("accounts.parent_set", {"parent": parent.name}) if parent else ("accounts.parent_unset", {})
        _note(deed, account, **words)


def _note(deed: str, account: Account, **details: str) -> None:
    audit.note(deed, by=signed_in_person(), about=None, account=account.id, name=account.name, **details)


def _stands(account: Account, above: Sequence[Account]) -> dict[str, str]:
    return {
        "name": account.name,
        "size_band": account.size_band or "",
        "crm_id": account.crm_id or "",
        "status": account.status,
        "parent": above[0].name if above else "",
    }


def _said(form: AccountForm) -> dict[str, str]:
    return {"name": form.name.data or "", "size_band": form.size_band.data or "", "crm_id": form.crm_id.data or ""}


def _new_page(form: NewAccountForm, refusal: Refusal | None = None, status: int = 200) -> Response:
    page = render_template("admin/new_account.html", form=form, refusal=refusal.sentence if refusal else None)
    return answer_form(page, refusal, status)
