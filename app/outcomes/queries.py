"""Reading opportunities. Whatever a reader is shown starts from `visible_to`."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload

from app.accounts import queries as accounts
from app.accounts.models import Account
from app.kernel.db import db
from app.outcomes.models import Opportunity, OtherTouch, Result, StageChange
from app.outcomes.site_total import range_sentence
from app.people.models import Person

__all__ = [
    "accounts_of",
    "closed",
    "is_unexplained",
    "range_sentence",
    "stage_changes_of",
    "stages_known_to",
    "touch_typed",
    "touches_typed",
    "unexplained",
    "unexplained_count",
    "visible_to",
]

MOST_STAGES = 30
MOST_UNEXPLAINED = 20


def visible_to(viewer: Person | None) -> Select[Opportunity]:
    """The opportunities of the accounts that `viewer` looks after, each with its account."""
    theirs = accounts.looked_after_by(viewer).with_only_columns(Account.id)
    return select(Opportunity).where(Opportunity.account_id.in_(theirs)).options(joinedload(Opportunity.account))


def accounts_of(viewer: Person) -> Sequence[Account]:
    """The accounts for which `viewer` may record something, by name."""
    return db.session.scalars(accounts.looked_after_by(viewer).order_by(Account.name)).all()


def closed() -> ColumnElement[bool]:
    """The condition of what was won or lost."""
    return Opportunity.result != Result.OPEN


def is_unexplained() -> ColumnElement[bool]:
    """The condition of what was closed without a word about why."""
    return closed() & (Opportunity.reason == "")


def unexplained(viewer: Person) -> Sequence[Opportunity]:
    """What was closed without a word about why, the longest ago first; a file may bring in hundreds, so not all."""
    rows = visible_to(viewer).where(is_unexplained())
    return db.session.scalars(rows.order_by(Opportunity.closed_at, Opportunity.id).limit(MOST_UNEXPLAINED)).all()


def unexplained_count(viewer: Person) -> int:
    """How many of them there are."""
    rows = visible_to(viewer).where(is_unexplained()).with_only_columns(Opportunity.id)
    return db.session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def stages_known_to(viewer: Person) -> Sequence[str]:
    """The stages in use among the opportunities of `viewer`, to be offered while one types."""
    rows = visible_to(viewer).with_only_columns(Opportunity.stage).where(Opportunity.stage != "")
    return db.session.scalars(rows.distinct().order_by(Opportunity.stage).limit(MOST_STAGES)).all()


def stage_changes_of(opportunity: Opportunity) -> Sequence[StageChange]:
    """When it came to which stage, the first one first."""
    rows = select(StageChange).where(StageChange.opportunity_id == opportunity.id)
    return db.session.scalars(rows.order_by(StageChange.at, StageChange.id)).all()


def touches_typed(opportunity: Opportunity) -> Sequence[OtherTouch]:
    """Where else the customer met us, by time."""
    return db.session.scalars(touch_typed(opportunity).order_by(OtherTouch.at, OtherTouch.id)).all()


def touch_typed(opportunity: Opportunity) -> Select[OtherTouch]:
    """The same, for one of them to be chosen."""
    return select(OtherTouch).where(OtherTouch.opportunity_id == opportunity.id)
