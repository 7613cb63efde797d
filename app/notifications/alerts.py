"""What those who look after an account, and our experts whom it knows, are told about it.

Whoever comes to look after it while an alert stands is told of that as well, once; an expert whom it comes to know
later is not: the account is one of many to them.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from app.accounts.models import Account, Status
from app.accounts.queries import owners_of, parents_of
from app.affinity.alerts import ROLLED_UP, AlertKind, on_reports_of
from app.affinity.companies import experts_of
from app.affinity.models import Alert
from app.kernel.db import db
from app.kernel.turns import take_turn
from app.notifications import ledger
from app.notifications.kinds import Kind
from app.notifications.ledger import Cause
from app.notifications.models import Notice
from app.people.models import PersonRole, Role

KINDS = {
    AlertKind.FALLING: Kind.ACCOUNT_FALLING,
    AlertKind.OVERDUE: Kind.ACCOUNT_WAITS,
    AlertKind.REACHED_THREE: Kind.ACCOUNT_REACHED_THREE,
    AlertKind.ADVOCACY: Kind.ACCOUNT_GAVE,
    AlertKind.KEY_PERSON: Kind.ACCOUNT_ON_ONE,
    AlertKind.QUIET: Kind.ACCOUNT_QUIET,
}


def settle_alerts_on_reports_of(account_ids: Collection[int]) -> None:
    """The same for every account with an alert that stands on the reports of these: others look after them now."""
    shown = select(Alert.account_id).where(on_reports_of(account_ids), Alert.settled_at.is_(None)).distinct()
    for account_id in sorted(db.session.scalars(shown).all()):
        settle_alerts_of(account_id)


def settle_alerts_of(account_id: int) -> None:
    """They are told of the alerts that stand; one that is over takes its notices with it."""
    take_turn("notices of accounts", account_id)
    rows = select(Alert).where(Alert.account_id == account_id, Alert.settled_at.is_(None)).order_by(Alert.id)
    alerts = db.session.scalars(rows.execution_options(populate_existing=True)).all()
    owners = _owners(account_id) if alerts else set()
    above = _owners_above(account_id) if any(alert.kind == ROLLED_UP for alert in alerts) else set()
    experts = experts_of(account_id) if alerts else set()
    in_charge = {alert: owners | above if alert.kind == ROLLED_UP else owners for alert in alerts}
    causes = [_cause(alert, _told(alert, in_charge[alert], experts)) for alert in alerts]
    ledger.settle(None, causes, among=Notice.account_id == account_id)
    for alert in alerts:
        ledger.tell(None, _cause(alert, _told(alert, in_charge[alert], set())), in_parts=True)


def _told(alert: Alert, in_charge: set[int], experts: set[int]) -> set[int]:
    """That nothing is heard from a company is told to no one who works in sales, whatever else they are."""
    return experts - _in_sales(experts) if alert.kind == AlertKind.QUIET else in_charge | experts


def _cause(alert: Alert, told: set[int]) -> Cause:
    return Cause(
        key=f"alert:{alert.id}@{alert.raised_at.isoformat()}",
        at=alert.raised_at,
        by_id=None,
        told=dict.fromkeys(told, KINDS[AlertKind(alert.kind)]),
        account_id=alert.account_id,
    )


def _owners(*account_ids: int) -> set[int]:
    return {person.id for people in owners_of(account_ids).values() for person in people}


def _owners_above(account_id: int) -> set[int]:
    """Who looks after a customer above an account: its report shows what waits below."""
    above = Account.id.in_(parents_of([account_id])[account_id]), Account.status != Status.PARTNER
    return _owners(*db.session.scalars(select(Account.id).where(*above)))


def _in_sales(person_ids: set[int]) -> set[int]:
    sales = select(PersonRole.person_id).where(PersonRole.person_id.in_(person_ids), PersonRole.role == Role.SALES)
    return set(db.session.scalars(sales))
