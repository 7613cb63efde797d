"""What can be done with accounts. The caller holds the write transaction."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select

from app.accounts import queries, rules
from app.accounts.apart import end_apart, keep_apart
from app.accounts.mapping import follow_at_once, map_by_address
from app.accounts.models import Account, AccountDomain
from app.accounts.owning import add_owner, remove_owner, set_lead, unset_lead
from app.accounts.shared import add_shared_domain, remove_shared_domain
from app.accounts.tree import set_parent, take_tree
from app.kernel.db import db
from app.kernel.errors import RuleBroken
from app.kernel.settings import settings
from app.people.domains import clean_domain

__all__ = [
    "add_account",
    "add_domain",
    "add_owner",
    "add_shared_domain",
    "change_account",
    "end_apart",
    "keep_apart",
    "map_by_address",
    "remove_domain",
    "remove_owner",
    "remove_shared_domain",
    "set_lead",
    "set_parent",
    "set_status",
    "unset_lead",
]


def add_account(name: str, *, domains: Iterable[str], size_band: str | None = None, crm_id: str = "") -> Account:
    """Add a customer company with its mail domains. Raises RuleBroken for names and domains in use, and free mail."""
    account = Account(name="", domains=[])
    change_account(account, name=name, size_band=size_band or "", crm_id=crm_id)
    db.session.add(account)
    db.session.flush()
    for domain in domains:
        add_domain(account, domain)
    return account


def change_account(account: Account, *, name: str, size_band: str, crm_id: str) -> None:
    """Say something else about an account. Raises RuleBroken for a name or a CRM id of another one."""
    name, band, crm = rules.clean_name(name), rules.clean_size_band(size_band), rules.clean_crm_id(crm_id)
    take_tree()
    with db.session.no_autoflush:
        if queries.is_taken(Account.name, name, but=account):
            raise RuleBroken(f"There is an account called {name} already.")
        if crm is not None and queries.is_taken(Account.crm_id, crm, but=account):
            raise RuleBroken("Another account has this CRM id.")
    account.name, account.size_band, account.crm_id = name, band, crm


def add_domain(account: Account, domain: str, *, subdomains: bool = True) -> int:
    """Let verified addresses at `domain` belong to `account`; returns how many people were asked at once.

    Those below it do too ("eu.acme.com" for "acme.com"), unless `subdomains` is False.
    """
    clean = rules.clean_account_domain(domain, company_domains=settings().company_domains)
    take_tree()
    rules.check_not_shared(clean, queries.shared_among(clean))
    if db.session.get(AccountDomain, clean) is not None:
        raise RuleBroken(f"{clean} belongs to an account already.")
    db.session.add(AccountDomain(domain=clean, account_id=account.id, subdomains=subdomains))
    return follow_at_once(clean)


def remove_domain(account: Account, domain: str) -> int:
    """Let `domain` stand for `account` no more, so that nobody belongs by it; returns how many people were asked."""
    domain = clean_domain(domain)
    held = AccountDomain.domain == domain, AccountDomain.account_id == account.id
    if db.session.scalar(select(AccountDomain.domain).where(*held)) is None:
        raise RuleBroken(f"{domain} is no domain of {account.name}.")
    db.session.execute(delete(AccountDomain).where(*held))
    return follow_at_once(domain)


def set_status(account: Account, status: str) -> None:
    """Say what a company is to us. Partners stand in no portfolio. Raises RuleBroken."""
    account.status = rules.clean_status(status)
    db.session.flush()
