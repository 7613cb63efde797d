"""Reading accounts, and who belonged to which at a time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select

from app.accounts.models import Account, AccountDomain, Membership
from app.kernel.db import db
from app.people.models import Person


def current_membership(person: Person) -> Membership | None:
    """Where the person belongs now; None for employees and for people of no known company."""
    return db.session.scalar(select(Membership).where(Membership.person_id == person.id, Membership.until.is_(None)))


def account_of(person: Person, at: datetime | None = None) -> Account | None:
    """The account the person belonged to at `at` (default: now). Employees belong to none."""
    if person.is_employee:
        return None
    rows = select(Account).join(Membership).where(Membership.person_id == person.id)
    if at is None:
        return db.session.scalar(rows.where(Membership.until.is_(None)))
    lasting = or_(Membership.until.is_(None), Membership.until > at)
    return db.session.scalar(rows.where(Membership.since <= at, lasting).order_by(Membership.since.desc()).limit(1))


def with_name(name: str) -> Account | None:
    """The account of this name."""
    return db.session.scalar(select(Account).where(Account.name == name))


def account_for_domain(domain: str) -> Account | None:
    """The account a mail domain stands for: that very domain, or a parent that counts its subdomains too."""
    labels = domain.split(".")
    parents = [".".join(labels[start:]) for start in range(1, len(labels) - 1)]
    rows = (
        select(Account)
        .join(AccountDomain)
        .where(
            or_(
                AccountDomain.domain == domain,
                AccountDomain.domain.in_(parents) & AccountDomain.subdomains,
            )
        )
        .order_by(db.func.length(AccountDomain.domain).desc())
    )
    return db.session.scalars(rows.limit(1)).first()
