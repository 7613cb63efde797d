"""What the inboxes hold, and deliveries that come again or in another order."""

from __future__ import annotations

import random

from sqlalchemy import delete, select, update

from app.kernel.db import db, write
from app.kernel.events import OutboxDelivery, OutboxMessage, dead_letters, deliver_batch, deliver_pending
from app.notifications.models import Follow, Notice
from app.people.models import Person

Told = set[tuple[int, str, str]]


def deliver() -> None:
    """Deliver all that waits; no reaction may fail."""
    deliver_pending()
    failed = db.session.scalars(select(OutboxMessage.last_error).where(OutboxMessage.last_error.is_not(None))).all()
    assert failed == []
    assert dead_letters() == []


def kinds_told(person: Person) -> list[str]:
    """What the inbox of `person` says, in the order in which it came."""
    return list(db.session.scalars(select(Notice.kind).where(Notice.person_id == person.id).order_by(Notice.id)))


def everything_told() -> Told:
    """Every notice, without its number."""
    return {
        (person_id, cause, kind)
        for person_id, cause, kind in db.session.execute(select(Notice.person_id, Notice.cause, Notice.kind))
    }


def forget_all_told() -> None:
    """Begin anew with empty inboxes, and without anything followed but by hand."""
    with write():
        db.session.execute(delete(Notice))
        db.session.execute(delete(Follow))


def deliver_again() -> None:
    """Deliver every message once more, as a retry does that comes late."""
    with write():
        _make_due(OutboxMessage.id > 0)
    deliver()


def deliver_in_any_order(seed: int) -> None:
    """Deliver every message once more, in an order that is chance."""
    numbers = list(db.session.scalars(select(OutboxMessage.id)))
    random.Random(seed).shuffle(numbers)
    for number in numbers:
        with write():
            _make_due(OutboxMessage.id == number)
        assert deliver_batch() == 1


def _make_due(which: object) -> None:
    messages = select(OutboxMessage.id).where(which)  # type: ignore[arg-type]
    db.session.execute(delete(OutboxDelivery).where(OutboxDelivery.message_id.in_(messages)))
    db.session.execute(update(OutboxMessage).where(which).values(settled_at=None))  # type: ignore[arg-type]
