"""What sales says about opportunities. The caller holds the write transaction; everything is noted in the trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from app.accounts import queries as accounts
from app.accounts.models import Account
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import NotFound, RuleBroken
from app.kernel.turns import take_turn
from app.outcomes import money, rules
from app.outcomes.models import Opportunity, OtherTouch, StageChange
from app.people import audit
from app.people.models import Person


@dataclass(frozen=True, kw_only=True)
class Said:
    """What is said about an opportunity; the amount as it is typed."""

    name: str
    amount: str = ""
    currency: str = "EUR"
    crm_id: str = ""


def record_opportunity(account: Account, said: Said, *, opened: date, stage: str = "", by: Person) -> Opportunity:
    """Record something that `account` may buy. Raises NotFound for an account that `by` does not look after."""
    _check_looks_after(by, account.id)
    opportunity = Opportunity(
        account_id=account.id,
        stage=rules.clean_stage(stage),
        opened_at=rules.opening(opened),
        recorded_by_id=by.id,
    )
    _say(opportunity, said)
    db.session.add(opportunity)
    db.session.flush()
    note("opportunity.recorded", opportunity, by=by)
    return opportunity


def change_opportunity(opportunity: Opportunity, said: Said, *, by: Person) -> None:
    """Say something else about it. When it was opened stays: what touched it is looked for from that day."""
    _take_turn(opportunity, by)
    _say(opportunity, said)
    db.session.flush()
    note("opportunity.changed", opportunity, by=by)


def change_stage(opportunity: Opportunity, stage: str, *, by: Person) -> None:
    """Let it come to another stage; the same one changes nothing."""
    _take_turn(opportunity, by)
    rules.check_is_open(opportunity)
    stage = rules.clean_stage(stage)
    if not stage:
        raise RuleBroken("Say which stage it has come to.")
    if move(opportunity, stage):
        note("opportunity.stage_changed", opportunity, by=by, stage=stage)


def close(opportunity: Opportunity, result: str, reason: str, *, closed: date, by: Person) -> None:
    """Close it as won or lost, and say why. What was closed wrongly is closed again."""
    _take_turn(opportunity, by)
    closed_at = rules.closing(closed, opportunity.opened_at)
    ending, reason = rules.clean_result(result), rules.clean_reason(reason)
    opportunity.result, opportunity.reason, opportunity.closed_at = ending.value, reason, closed_at
    note("opportunity.closed", opportunity, by=by, result=ending.value)


def add_touch(opportunity: Opportunity, channel: str, words: str, *, day: date, by: Person) -> OtherTouch:
    """Note where else the customer met us. What happened on this site is counted by itself, and never typed."""
    _take_turn(opportunity, by)
    where, words = rules.clean_touch(channel, words)
    at = rules.touching(day, opportunity)
    touches = select(func.count()).where(OtherTouch.opportunity_id == opportunity.id)
    if (db.session.scalar(touches) or 0) >= rules.MOST_TOUCHES:
        raise RuleBroken(f"{rules.MOST_TOUCHES} touches are enough for one opportunity.")
    touch = OtherTouch(opportunity_id=opportunity.id, channel=where.value, words=words, at=at, recorded_by_id=by.id)
    db.session.add(touch)
    db.session.flush()
    note("opportunity.touch_added", opportunity, by=by, channel=where.value)
    return touch


def remove_touch(opportunity: Opportunity, touch: OtherTouch, *, by: Person) -> None:
    """Take back a touch that was typed."""
    _take_turn(opportunity, by)
    if touch.opportunity_id != opportunity.id:
        raise NotFound
    db.session.delete(touch)
    db.session.flush()
    note("opportunity.touch_removed", opportunity, by=by, channel=touch.channel)


def move(opportunity: Opportunity, stage: str, at: datetime | None = None) -> bool:
    """Let it come to `stage`; False where it is there already."""
    if opportunity.stage == stage:
        return False
    opportunity.stage = stage
    db.session.add(StageChange(opportunity_id=opportunity.id, stage=stage, at=at or clock.now()))
    db.session.flush()
    return True


def note(deed: str, opportunity: Opportunity, *, by: Person | None, **details: str | int) -> None:
    """Write what was done about it into the trail."""
    audit.note(
        deed,
        by=by,
        about=None,
        opportunity=opportunity.id,
        account=opportunity.account_id,
        name=opportunity.name,
        **details,
    )


def _check_free_crm_id(crm_id: str | None, opportunity: Opportunity) -> None:
    """Raise RuleBroken where another opportunity of the same account has this id.

    One of another account may have it as well: to refuse that would tell somebody of an opportunity that they may not
    see. A file that means one of them says of which account it is.
    """
    if crm_id is None:
        return
    same = select(Opportunity.id).where(
        Opportunity.account_id == opportunity.account_id, Opportunity.crm_id == crm_id, Opportunity.id != opportunity.id
    )
    with db.session.no_autoflush:
        found = db.session.scalar(same)
    if found is not None:
        raise RuleBroken("Another opportunity of this account has this CRM id already.")


def _say(opportunity: Opportunity, said: Said) -> None:
    name, crm_id = rules.clean_name(said.name), rules.clean_crm_id(said.crm_id)
    currency = money.clean_currency(said.currency)
    amount = money.parse_amount(said.amount, currency)
    if crm_id != opportunity.crm_id:
        take_turn("opportunities by CRM id", 0)
        _check_free_crm_id(crm_id, opportunity)
    opportunity.name, opportunity.crm_id = name, crm_id
    opportunity.amount, opportunity.currency = amount, currency


def _take_turn(opportunity: Opportunity, by: Person) -> None:
    """One at a time, on what is so by now. Raises NotFound for who does not look after the account."""
    _check_looks_after(by, opportunity.account_id)
    take_turn("opportunity", opportunity.id)
    db.session.refresh(opportunity)


def _check_looks_after(person: Person, account_id: int) -> None:
    theirs = accounts.looked_after_by(person).where(Account.id == account_id).with_only_columns(Account.id)
    if db.session.scalar(theirs) is None:
        raise NotFound
