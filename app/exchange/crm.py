"""What the report says of accounts as a file that a customer system takes in: by account, never by person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from app.accounts.models import Account, AccountDomain, Status
from app.affinity import portfolio, table
from app.affinity.models import AffinitySnapshot
from app.affinity.table import Cell
from app.kernel.db import db
from app.kernel.errors import RuleBroken

DOMAIN = "domain"
WITHOUT_CUSTOMERS = "No account here is a customer, so there is nothing to export. Add one with: flask account add"
WITHOUT_SNAPSHOT = "There is no snapshot yet. Take one with: flask affinity recompute"
WITHOUT_KEY = "No customer with a snapshot has a domain, and this file knows them by it, so there is nothing to export."


@dataclass(frozen=True)
class Layout:
    """The columns of a file: what each is called there, and which figure of the report it holds."""

    columns: Mapping[str, str]
    # Rows that lack this cannot be matched to anything there.
    key: str


LAYOUTS: Mapping[str, Layout] = {
    # An upsert by external id: the number of the account here.
    "salesforce": Layout(
        key="account_id",
        columns={
            "Community_Account_Id__c": "account_id",
            "Name": "account_name",
            "Community_Band__c": "band",
            "Community_Affinity__c": "affinity",
            "Community_Affinity_Change_90d__c": "affinity_delta_90d",
            "Community_Open_Questions__c": "open_questions",
            "Community_Oldest_Open_Hours__c": "oldest_open_hours",
            "Community_Confidence__c": "confidence",
            "Community_Snapshot_Date__c": "snapshot_date",
            "Community_Score_Version__c": "score_version",
        },
    ),
    # An import of companies, which are known by their domain, and better by their record where we know it.
    "hubspot": Layout(
        key=DOMAIN,
        columns={
            "Record ID": "crm_id",
            "Company Domain Name": DOMAIN,
            "Company name": "account_name",
            "Community band": "band",
            "Community affinity": "affinity",
            "Community affinity change 90d": "affinity_delta_90d",
            "Community open questions": "open_questions",
            "Community oldest open hours": "oldest_open_hours",
            "Community confidence": "confidence",
            "Community snapshot date": "snapshot_date",
            "Community score version": "score_version",
        },
    ),
}


def export(name: str, now: datetime) -> tuple[str, int]:
    """A file in one of the LAYOUTS with every customer that has a snapshot, and how many those are.

    Raises RuleBroken where there is none, with what is missing.
    """
    layout, figures = LAYOUTS[name], _figures(now)
    rows = [row for row in figures if row[layout.key] is not None]
    if not rows:
        raise RuleBroken(WITHOUT_KEY if figures else _why_none())
    named = [{column: row[figure] for column, figure in layout.columns.items()} for row in rows]
    return table.as_csv(named, tuple(layout.columns)), len(named)


def _why_none() -> str:
    has_customers = db.session.scalar(select(exists().where(Account.status == Status.CUSTOMER)))
    return WITHOUT_SNAPSHOT if has_customers else WITHOUT_CUSTOMERS


def _figures(now: datetime) -> Sequence[Mapping[str, Cell]]:
    customers = select(Account).where(Account.status == Status.CUSTOMER)
    lines = portfolio.lines(customers, select(AffinitySnapshot), now)
    domains = _domains()
    return [
        {**portfolio.record(line), DOMAIN: domains.get(line.account.id)}
        for line in sorted(lines, key=lambda line: line.account.id)
        if line.snapshot is not None
    ]


def _domains() -> dict[int, str]:
    """The domain that each account had first."""
    rows = select(AccountDomain.account_id, AccountDomain.domain).order_by(
        AccountDomain.added_at.desc(), AccountDomain.domain.desc()
    )
    return {account_id: domain for account_id, domain in db.session.execute(rows)}
