"""Reading accounts, and who belonged to which at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, selectinload

from app.accounts.freemail import is_free_mail, registrable, with_parents
from app.accounts.models import Account, AccountDomain, AccountOwner, KeptApart, Membership, SharedDomain, Status
from app.accounts.owning import leads_of, led_by, looked_after_at, looked_after_by, owned_by, owner_history, owners_of
from app.accounts.tree import below, family_of, parents_of, roots_of, with_below
from app.kernel.db import db
from app.people.models import Person, PersonRole, Role

__all__ = [
    "Unmapped",
    "account_for_domain",
    "account_of",
    "accounts_without_owner",
    "below",
    "current_membership",
    "employers_shown",
    "every_account",
    "family_of",
    "is_taken",
    "kept_apart",
    "leads_of",
    "led_by",
    "looked_after_at",
    "looked_after_by",
    "member_counts",
    "owned_by",
    "owner_history",
    "owners_of",
    "parents_of",
    "roots_of",
    "shared_among",
    "shared_domains",
    "unmapped_domains",
    "with_below",
    "with_name",
]

# A domain that this many people have, and that stands for no account, may be one that is missing.
ENOUGH = 3
MOST_DOMAINS = 1_000


@dataclass(frozen=True)
class Unmapped:
    """A mail domain of no account, and how many confirmed members have it."""

    domain: str
    people: int


def current_membership(person: Person) -> Membership | None:
    """Where the person belongs now; None for employees and for people of no known company."""
    return db.session.scalar(select(Membership).where(Membership.person_id == person.id, Membership.until.is_(None)))


def account_of(person: Person, at: datetime | None = None) -> Account | None:
    """The account the person belonged to at `at` (default: now).

    Employees belong to none; what they belonged to before they had a role is still true of that time.
    """
    rows = select(Account).join(Membership).where(Membership.person_id == person.id)
    if at is None:
        return None if person.is_employee else db.session.scalar(rows.where(Membership.until.is_(None)))
    lasting = or_(Membership.until.is_(None), Membership.until > at)
    return db.session.scalar(rows.where(Membership.since <= at, lasting).order_by(Membership.since.desc()).limit(1))


def employers_shown(person_ids: Collection[int]) -> dict[int, str]:
    """The companies that these members belong to now, by person, of those whose page names it."""
    if not person_ids:
        return {}
    rows = (
        select(Membership.person_id, Account.name)
        .join(Account, Account.id == Membership.account_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.person_id.in_(person_ids), Membership.until.is_(None), Person.company_shown)
    )
    return {person_id: name for person_id, name in db.session.execute(rows)}


def with_name(name: str) -> Account | None:
    """The account of this name, in whatever capitals."""
    return db.session.scalar(select(Account).where(func.lower(Account.name) == name.lower()).limit(1))


def account_for_domain(domain: str) -> Account | None:
    """The account a mail domain stands for: that very domain, or a parent that counts its subdomains too."""
    rows = (
        select(Account)
        .join(AccountDomain)
        .where(
            or_(
                AccountDomain.domain == domain,
                AccountDomain.domain.in_(with_parents(domain)) & AccountDomain.subdomains,
            )
        )
        .order_by(db.func.length(AccountDomain.domain).desc())
    )
    return db.session.scalars(rows.limit(1)).first()


def shared_among(domain: str) -> set[str]:
    """Of this domain and those above it, the ones that an admin knows to belong to many."""
    return set(db.session.scalars(select(SharedDomain.domain).where(SharedDomain.domain.in_(with_parents(domain)))))


def shared_domains() -> Select[SharedDomain]:
    """Every domain that an admin knows to belong to many."""
    return select(SharedDomain)


def kept_apart(person: Person) -> KeptApart | None:
    """Why somebody belongs to no account whatever their address says; None for everybody else."""
    return db.session.get(KeptApart, person.id)


def every_account(beginning: str = "") -> Select[Account]:
    """Every account with its domains; those whose name has `beginning` at the start of one of its words."""
    rows = select(Account).options(selectinload(Account.domains))
    if not beginning:
        return rows
    name = func.lower(Account.name)
    starts = name.startswith(beginning.lower(), autoescape=True)
    return rows.where(or_(starts, name.contains(f" {beginning.lower()}", autoescape=True)))


def is_taken(
    column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None], value: str, *, but: Account
) -> bool:
    """True when another account has this value, in whatever capitals."""
    same = select(Account.id).where(func.lower(column) == value.lower())
    return db.session.scalar(same.where(Account.id != but.id) if but.id else same) is not None


def member_counts(account_ids: Iterable[int]) -> dict[int, int]:
    """How many people belong to each of these accounts now; those without anybody are left out."""
    rows = select(Membership.account_id, func.count()).where(
        Membership.account_id.in_(list(account_ids)), Membership.until.is_(None)
    )
    return {account_id: count for account_id, count in db.session.execute(rows.group_by(Membership.account_id))}


def accounts_without_owner(limit: int) -> Sequence[Account]:
    """Customers that no active sales person looks after, by name."""
    in_sales = select(PersonRole.person_id).where(PersonRole.role == Role.SALES)
    owned = exists().where(
        AccountOwner.account_id == Account.id,
        AccountOwner.person_id == Person.id,
        AccountOwner.person_id.in_(in_sales),
        AccountOwner.until.is_(None),
        Person.active,
    )
    customers = select(Account).where(Account.status == Status.CUSTOMER, ~owned)
    return db.session.scalars(customers.order_by(Account.name).limit(limit)).all()


def unmapped_domains(*, company_domains: Collection[str]) -> list[Unmapped]:
    """Domains that at least ENOUGH members have and that stand for no account, most people first.

    Those of "eu.acme.com" and "us.acme.com" are told together as "acme.com", unless that is an account's already.
    Free mail, domains that many share and the company's own stand for nobody; whoever is kept apart is not counted.
    """
    nobodys = set(db.session.scalars(select(SharedDomain.domain))) | set(company_domains)
    taken = set(db.session.scalars(select(AccountDomain.domain)))
    people: dict[str, int] = defaultdict(int)
    for domain, count in _people_of_no_account():
        if not is_free_mail(domain) and nobodys.isdisjoint(with_parents(domain)):
            whole = registrable(domain)
            people[domain if whole in taken else whole] += count
    found = [Unmapped(domain, count) for domain, count in people.items() if count >= ENOUGH]
    return sorted(found, key=lambda one: (-one.people, one.domain))[:MOST_DOMAINS]


def _people_of_no_account() -> Iterator[tuple[str, int]]:
    """The mail domains of members who belong to no account and could, each with how many have it."""
    apart = exists().where(KeptApart.person_id == Person.id)
    belongs = exists().where(Membership.person_id == Person.id, Membership.until.is_(None))
    employed = exists().where(PersonRole.person_id == Person.id)
    rows = (
        select(Person.email_domain, func.count())
        .where(Person.email_domain.is_not(None), Person.confirmed_at.is_not(None), Person.active)
        .where(~belongs, ~employed, ~apart)
        .group_by(Person.email_domain)
    )
    for domain, count in db.session.execute(rows):
        yield domain or "", count
