"""What the page of the promise holds: the same for everybody but for what concerns the reader's own company."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.accounts.models import Account, Membership, Status
from app.accounts.queries import current_membership, kept_apart
from app.affinity import openings
from app.affinity.models import ReportView
from app.affinity.not_counted import is_left_out
from app.affinity.purposes import words_of
from app.affinity.readers import counted_in, roles_of_readers, views_of, views_this_quarter
from app.exchange.webhooks import hosts_told
from app.introductions.queries import OpenRequests, open_count_and_age
from app.kernel.db import db
from app.kernel.settings import settings
from app.people.models import AuditHead, Person, PersonRole, Role
from app.people.trail_proof import kept_head
from app.web.site.mail_kinds import MAIL_KINDS

STEWARDS_SHOWN = 3
LOOKS_SHOWN = 20
READERS = {
    "owner": "account owner",
    "backup": "backup of the account owner",
    "lead": "lead in sales",
    "other": "sales",
}


@dataclass(frozen=True, kw_only=True)
class Look:
    """Somebody opened something about a company: who they were to it, what they opened, and what for."""

    at: datetime
    name: str
    role: str
    what: str
    purpose: str


@dataclass(frozen=True, kw_only=True)
class PromisePage:
    """What the page says beside the promise itself.

    `accounts` are the companies for which the reader is counted, their own first; none for guests and employees.
    """

    accounts: Sequence[Account]
    membership: Membership | None
    left_out: bool
    # The reader belongs to no company, whatever their address says.
    apart: bool
    looks: Sequence[Look]
    this_quarter: str
    requests: OpenRequests
    head: AuditHead | None
    stewards: Sequence[Person]
    reports_exist: bool
    # Hosts of other systems to which what the report says of accounts is sent.
    told: Sequence[str]
    mail_kinds: Sequence[str] = tuple(MAIL_KINDS.values())

    @classmethod
    def of(cls, reader: Person | None) -> PromisePage:
        """Read what the page says to this reader."""
        accounts = companies_of(reader)
        return cls(
            accounts=accounts,
            membership=current_membership(reader) if reader and accounts else None,
            left_out=reader is not None and is_left_out(reader),
            apart=reader is not None and not accounts and kept_apart(reader) is not None,
            looks=looks_at(accounts[0]) if accounts else [],
            this_quarter=quarter_words(views_this_quarter(accounts[0])) if accounts else "",
            requests=open_count_and_age(),
            head=kept_head(),
            stewards=_stewards(),
            reports_exist=settings().affinity_enabled,
            told=hosts_told() if accounts else [],
        )


def companies_of(reader: Person | None) -> list[Account]:
    """The companies whose page, as sales sees it, the reader may read: partners have none."""
    found = counted_in(reader) if reader else []
    return [account for account in found if account.status != Status.PARTNER]


def looks_at(account: Account) -> list[Look]:
    """Who looked at something about a company, the last first."""
    views = views_of(account, LOOKS_SHOWN)
    roles = roles_of_readers(account, [view for view, _who in views])
    return [
        Look(
            at=view.at,
            name=who.name,
            role=READERS[roles[view.id]],
            what=_what(view, account),
            purpose=words_of(view.purpose),
        )
        for view, who in views
    ]


def quarter_words(counts: dict[str, int]) -> str:
    """How often sales looked this quarter: "the account owner 3 times, a lead in sales once"."""
    spoken = [f"{READERS[role]} {_times(counts[role])}" for role in READERS if role in counts]
    return ", ".join(spoken)


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _what(view: ReportView, account: Account) -> str:
    if view.account_id is not None and view.account_id != account.id:
        return "the page about a company that yours belongs to"
    return openings.words_of(view.what, account.name)


def _stewards() -> list[Person]:
    held = select(PersonRole.person_id).where(PersonRole.role == Role.STEWARD)
    rows = select(Person).where(Person.id.in_(held), Person.active).order_by(Person.id).limit(STEWARDS_SHOWN)
    return list(db.session.scalars(rows))
