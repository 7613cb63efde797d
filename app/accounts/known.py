"""The accounts as they stand, all of them in memory, so that a file can be tried on them before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import select

from app.accounts.models import Account, AccountDomain, AccountOwner, SharedDomain
from app.accounts.tree import DEEPEST
from app.kernel.db import db
from app.people.models import Person, PersonRole, Role


@dataclass(eq=False)
class Company:
    """What an account is, or would be: `id` is None for one that is not there yet. Owners and backups by handle."""

    id: int | None = None
    name: str = ""
    size_band: str | None = None
    crm_id: str | None = None
    status: str = "customer"
    parent: Company | None = None
    domains: set[str] = field(default_factory=set)
    looked_after: dict[str, str] = field(default_factory=dict)
    children: set[Company] = field(default_factory=set)

    def above(self) -> Iterator[Company]:
        """The companies above it, the nearest first."""
        one = self.parent
        while one is not None:
            yield one
            one = one.parent

    def levels(self) -> int:
        """How many levels its own tree has, itself the first."""
        return 1 + max((child.levels() for child in self.children), default=0)

    def put_below(self, parent: Company) -> str:
        """Make it a subsidiary of `parent`; a sentence where that cannot be, and then nothing has changed."""
        above = [parent, *parent.above()]
        if self in above:
            return f"{parent.name} stands below it already, or is itself, so it cannot stand above it."
        if len(above) + self.levels() > DEEPEST:
            return f"A tree of companies has at most {DEEPEST} levels."
        if self.parent is not None:
            self.parent.children.discard(self)
        self.parent = parent
        parent.children.add(self)
        return ""


class Known:
    """Every account by name, by CRM id and by domain; who is in sales; and which domains many share."""

    def __init__(self) -> None:
        self.by_name: dict[str, Company] = {}
        self.by_crm_id: dict[str, Company] = {}
        self.by_domain: dict[str, Company] = {}
        by_id = {company.id: company for company in _companies()}
        self._link(by_id)
        for company in by_id.values():
            self.add(company)
        self.shared = set(db.session.scalars(select(SharedDomain.domain)))
        self.sales = _sales_people()

    def add(self, company: Company, domains: Iterable[str] = ()) -> None:
        """Let a company be found by what it is called and by its domains."""
        company.domains.update(domains)
        self.by_name[company.name.lower()] = company
        if company.crm_id is not None:
            self.by_crm_id[company.crm_id.lower()] = company
        self.by_domain.update(dict.fromkeys(company.domains, company))

    def forget_name(self, company: Company) -> None:
        """Let a company be found by its name no more, for it gets another one."""
        self.by_name.pop(company.name.lower(), None)

    def _link(self, by_id: dict[int | None, Company]) -> None:
        tree = select(Account.id, Account.parent_id).where(Account.parent_id.is_not(None))
        for child, parent in db.session.execute(tree):
            by_id[child].parent = by_id[parent]
            by_id[parent].children.add(by_id[child])
        for domain, account_id in db.session.execute(select(AccountDomain.domain, AccountDomain.account_id)):
            by_id[account_id].domains.add(domain)
        rows = select(AccountOwner.account_id, Person.handle, AccountOwner.role).join(
            Person, Person.id == AccountOwner.person_id
        )
        # A person who is written down twice is shown as the owner: "owner" comes behind "backup" in the alphabet.
        for account_id, handle, role in db.session.execute(
            rows.where(AccountOwner.until.is_(None)).order_by(AccountOwner.role)
        ):
            by_id[account_id].looked_after[handle] = role


def _companies() -> list[Company]:
    columns = Account.id, Account.name, Account.size_band, Account.crm_id, Account.status
    rows = db.session.execute(select(*columns).order_by(Account.id))
    return [
        Company(id=row.id, name=row.name, size_band=row.size_band, crm_id=row.crm_id, status=row.status) for row in rows
    ]


def _sales_people() -> dict[str, str]:
    """The handles of those an account can be given to, by the handle in small letters."""
    rows = select(Person.handle).join(PersonRole).where(PersonRole.role == Role.SALES, Person.active)
    return {handle.lower(): handle for handle in db.session.scalars(rows)}
