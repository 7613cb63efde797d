"""What those who look after an account, and our experts whom it knows, are told about it."""

from __future__ import annotations

from sqlalchemy import select

from app.accounts.queries import owners_of
from app.affinity.alerts import AlertKind
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
    owners = {person.id for person in owners_of([account_id]).get(account_id, ())} if alerts else set()
    experts = experts_of(account_id) if alerts else set()
    causes = [_cause(alert, owners, experts) for alert in alerts]
    ledger.settle(None, causes, among=Notice.account_id == account_id)


def _cause(alert: Alert, owners: set[int], experts: set[int]) -> Cause:
    """That nothing is heard from a company is told to no one who works in sales, whatever else they are."""
    kind = AlertKind(alert.kind)
    told = experts - _in_sales(experts) if kind is AlertKind.QUIET else owners | experts
    return Cause(
        # The account's own: whoever looks after two that share a question reads it of each.
        key=f"alert:{alert.id}@{alert.raised_at.isoformat()}",
        at=alert.raised_at,
        by_id=None,
        told=dict.fromkeys(told, KINDS[kind]),
        account_id=alert.account_id,
    )


def _in_sales(person_ids: set[int]) -> set[int]:
    sales = select(PersonRole.person_id).where(PersonRole.person_id.in_(person_ids), PersonRole.role == Role.SALES)
    return set(db.session.scalars(sales))
