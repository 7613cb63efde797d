"""What those who look after an account, and our experts whom it knows, are told about it."""

from __future__ import annotations

from sqlalchemy import select

from app.accounts.models import Account, Status
from app.accounts.queries import owners_of, parents_of
from app.affinity.alerts import ROLLED_UP, AlertKind
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


def settle_alerts_of(account_id: int) -> None:
    """They are told of the alerts that stand; one that is over takes its notices with it."""
    take_turn("notices of accounts", account_id)
    rows = select(Alert).where(Alert.account_id == account_id, Alert.settled_at.is_(None)).order_by(Alert.id)
    alerts = db.session.scalars(rows.execution_options(populate_existing=True)).all()
    owners = _owners(account_id) if alerts else set()
    above = _owners_above(account_id) if any(alert.kind == ROLLED_UP for alert in alerts) else set()
    experts = experts_of(account_id) if alerts else set()
    causes = [_cause(alert, owners | above if alert.kind == ROLLED_UP else owners, experts) for alert in alerts]
    ledger.settle(None, causes, among=Notice.account_id == account_id)


def _cause(alert: Alert, owners: set[int], experts: set[int]) -> Cause:
    """That nothing is heard from a company is told to no one who works in sales, whatever else they are."""
    kind = AlertKind(alert.kind)
    told = experts - _in_sales(experts) if kind is AlertKind.QUIET else owners | experts
    return Cause(
        key=f"alert:{alert.id}@{alert.raised_at.isoformat()}",
        at=alert.raised_at,
        by_id=None,
        told=dict.fromkeys(told, KINDS[kind]),
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
