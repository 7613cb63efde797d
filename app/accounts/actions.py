"""What can be done with accounts. The caller holds the write transaction."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select

from app.accounts import queries, rules
from app.accounts.events import DomainChanged
from app.accounts.mapping import follow_domain, map_by_address
from app.accounts.models import Account, AccountDomain, AccountOwner
from app.kernel import events
from app.kernel.db import db
from app.kernel.errors import RuleBroken
from app.kernel.settings import settings
from app.people.models import Person

__all__ = [
    "add_account",
    "add_domain",
    "add_owner",
    "change_account",
    "map_by_address",
    "remove_domain",
    "remove_owner",
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
    with db.session.no_autoflush:
        if queries.is_taken(Account.name, name, but=account):
            raise RuleBroken(f"There is an account called {name} already.")
        if crm is not None and queries.is_taken(Account.crm_id, crm, but=account):
            raise RuleBroken("Another account has this CRM id.")
    account.name, account.size_band, account.crm_id = name, band, crm


def add_domain(account: Account, domain: str, *, subdomains: bool = False) -> int:
    """Let verified addresses at `domain` belong to `account`; returns how many people were asked at once."""
    clean = rules.clean_account_domain(domain, company_domains=settings().company_domains)
    if db.session.get(AccountDomain, clean) is not None:
        raise RuleBroken(f"{clean} belongs to an account already.")
    db.session.add(AccountDomain(domain=clean, account_id=account.id, subdomains=subdomains))
    return _follow(clean)


def remove_domain(account: Account, domain: str) -> int:
    """Let `domain` stand for `account` no more, so that nobody belongs by it; returns how many people were asked."""
    held = AccountDomain.domain == domain, AccountDomain.account_id == account.id
    if db.session.scalar(select(AccountDomain.domain).where(*held)) is None:
        raise RuleBroken(f"{domain} is no domain of {account.name}.")
    db.session.execute(delete(AccountDomain).where(*held))
    return _follow(domain)


def add_owner(account: Account, person: Person) -> None:
    """Let a sales person look after an account."""
    rules.check_can_own(person)
    if person.id not in {owner.id for owner in queries.owners_of([account.id]).get(account.id, [])}:
        db.session.add(AccountOwner(account_id=account.id, person_id=person.id))


def remove_owner(account: Account, person: Person) -> None:
    """Let somebody look after an account no more."""
    mine = AccountOwner.account_id == account.id, AccountOwner.person_id == person.id
    db.session.execute(delete(AccountOwner).where(*mine))


def _follow(domain: str) -> int:
    """Settle at once for those who can be asked at once. The worker asks everybody again after the commit.

    That is for whoever confirms an address at this very moment, and for those who are too many for one request.
    """
    db.session.flush()
    asked = follow_domain(domain)
    events.record(DomainChanged(domain=domain))
    return asked
