"""Who looked at what is said about a company: for the people whom it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from app.accounts.models import Account, AccountOwner, Ownership, SalesLead
from app.accounts.queries import account_of, parents_of
from app.affinity.loyalty import quarter_of
from app.affinity.models import ReportView
from app.kernel import clock
from app.kernel.db import db
from app.people.models import Person

LEAD = "lead"
OTHER = "other"


def counted_in(person: Person) -> list[Account]:
    """The accounts in whose report what `person` does here would count now: their own company, then those above it."""
    own = account_of(person)
    if own is None:
        return []
    above = parents_of([own.id]).get(own.id, [])
    rows = {account.id: account for account in db.session.scalars(select(Account).where(Account.id.in_(above)))}
    return [own, *(rows[account_id] for account_id in above)]


def last_look(viewer: Person, what: str, before: datetime) -> datetime | None:
    """When `viewer` last opened this list of accounts or this file before a moment; None for never."""
    theirs = ReportView.viewer_id == viewer.id, ReportView.what == what, ReportView.account_id.is_(None)
    return db.session.scalar(select(func.max(ReportView.at)).where(*theirs, ReportView.at <= before))


def views_of(account: Account, limit: int = 20) -> list[tuple[ReportView, Person]]:
    """Who opened the report of `account` or of a company above it, or a list with one of them: the last first."""
    rows = select(ReportView, Person).join(Person, ReportView.viewer_id == Person.id).where(_is_about(account))
    newest = ReportView.at.desc(), ReportView.id.desc()
    return [(view, who) for view, who in db.session.execute(rows.order_by(*newest).limit(limit))]


def views_this_quarter(account: Account) -> dict[str, int]:
    """How often this calendar quarter (UTC), by who the reader was to the account then.

    Readers are Ownership.OWNER, Ownership.BACKUP, LEAD (of one of these) or OTHER; those who never looked are left out.
    """
    since = quarter_of(clock.now())
    rows = select(ReportView).where(_is_about(account), ReportView.at >= since)
    looking_after = _LookingAfter.of(account)
    return dict(Counter(looking_after.reader(view) for view in db.session.scalars(rows)))


def roles_of_readers(account: Account, views: Iterable[ReportView]) -> dict[int, str]:
    """Who each of these readers was to the account when they looked, by view: one of those of `views_this_quarter`."""
    looking_after = _LookingAfter.of(account)
    return {view.id: looking_after.reader(view) for view in views}


def _is_about(account: Account) -> ColumnElement[bool]:
    ids = _with_parents(account)
    # Until readers said what for, every list held every account.
    stood_in = or_(ReportView.purpose == "", _stood_in_list(ids))
    return or_(ReportView.account_id.in_(ids), and_(ReportView.account_id.is_(None), stood_in))


def _stood_in_list(account_ids: Sequence[int]) -> ColumnElement[bool]:
    """A list holds the accounts that its reader, or somebody whom the reader leads, looked after at the time."""
    led = exists().where(
        SalesLead.lead_id == ReportView.viewer_id,
        SalesLead.person_id == AccountOwner.person_id,
        *_lasted(SalesLead),
    )
    # Of its own accord a query correlates with the one directly around it alone, and would look at all views here.
    led = led.correlate(ReportView, AccountOwner)
    return exists().where(
        AccountOwner.account_id.in_(account_ids),
        *_lasted(AccountOwner),
        or_(AccountOwner.person_id == ReportView.viewer_id, led),
    )


def _lasted(period: type[AccountOwner | SalesLead]) -> tuple[ColumnElement[bool], ...]:
    """It lasted when the report was opened."""
    return period.since <= ReportView.at, or_(period.until.is_(None), period.until > ReportView.at)


def _with_parents(account: Account) -> list[int]:
    return [account.id, *parents_of([account.id]).get(account.id, [])]


@dataclass(frozen=True)
class _LookingAfter:
    """Who looked after an account, or one above it, and who led one of them, from when to when."""

    owned: Sequence[AccountOwner]
    leads: Sequence[SalesLead]

    @classmethod
    def of(cls, account: Account) -> _LookingAfter:
        rows = select(AccountOwner).where(AccountOwner.account_id.in_(_with_parents(account)))
        owned = db.session.scalars(rows).all()
        leads = select(SalesLead).where(SalesLead.person_id.in_({row.person_id for row in owned}))
        return cls(owned, db.session.scalars(leads).all())

    def reader(self, view: ReportView) -> str:
        """Who the reader was when they looked."""
        then = [row for row in self.owned if _lasted_at(row, view.at)]
        roles = {row.role for row in then if row.person_id == view.viewer_id}
        known = next((role.value for role in Ownership if role in roles), None)
        return known or (LEAD if self._led(view) & {row.person_id for row in then} else OTHER)

    def _led(self, view: ReportView) -> set[int]:
        """Whom the reader led when they looked."""
        return {row.person_id for row in self.leads if row.lead_id == view.viewer_id and _lasted_at(row, view.at)}


def _lasted_at(row: AccountOwner | SalesLead, at: datetime) -> bool:
    return row.since <= at and (row.until is None or row.until > at)
