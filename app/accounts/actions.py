"""What can be done with accounts and memberships."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from app.accounts import queries
from app.accounts.freemail import is_free_mail
from app.accounts.models import Account, AccountDomain, Membership
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import RuleBroken
from app.people.domains import clean_domain
from app.people.models import Person


def add_account(name: str, *, domains: Iterable[str], size_band: str | None = None) -> Account:
    """Add a customer company with its mail domains. Raises RuleBroken for names and domains in use, and free mail."""
    if queries.with_name(name) is not None:
        raise RuleBroken(f"There is an account called {name} already.")
    account = Account(name=name, size_band=size_band, domains=[])
    db.session.add(account)
    db.session.flush()
    for domain in domains:
        add_domain(account, domain)
    return account


def add_domain(account: Account, domain: str, *, subdomains: bool = False) -> None:
    """Let verified addresses at `domain` belong to `account`."""
    clean = clean_domain(domain)
    if is_free_mail(clean):
        raise RuleBroken(f"{clean} gives addresses to everybody, so it cannot stand for one company.")
    if db.session.get(AccountDomain, clean) is not None:
        raise RuleBroken(f"{clean} belongs to an account already.")
    db.session.add(AccountDomain(domain=clean, account_id=account.id, subdomains=subdomains))
    db.session.flush()


def map_by_address(person: Person, *, company_domains: Collection[str]) -> Membership | None:
    """Make the membership of `person` agree with the verified address they have now, and end an earlier one.

    Employees, people at the company's own domains, at free-mail domains or without a verified address have none.
    """
    account = _account_for(person, company_domains)
    current = queries.current_membership(person)
    if current is not None and account is not None and current.account_id == account.id:
        return current
    moment = clock.now()
    if current is not None:
        current.until = moment
        db.session.flush()
    if account is None:
        return None
    membership = Membership(person_id=person.id, account_id=account.id, since=moment)
    db.session.add(membership)
    db.session.flush()
    return membership


def _account_for(person: Person, company_domains: Collection[str]) -> Account | None:
    domain = person.email_domain
    if person.is_employee or person.confirmed_at is None or not domain or domain in company_domains:
        return None
    return None if is_free_mail(domain) else queries.account_for_domain(domain)
