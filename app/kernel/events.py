"""What happened, told to others after the commit: events, the outbox, and its delivery.

An event is stored in the same transaction as the fact it tells of. The worker delivers it later: each reaction runs
in a savepoint, and the note that it ran is written in the same transaction as its work, so its effects on the
database happen exactly once.
"""

from __future__ import annotations

import json
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar

import structlog
from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, delete, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import clock
from app.kernel.db import Model, db, is_busy, is_writing, write

BATCH = 200
MOST_ATTEMPTS = 10
LONGEST_PAUSE = timedelta(hours=6)
KEEP_SETTLED = timedelta(days=30)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Event:
    """A past fact in ids and plain values. Subclasses set `name` ("questions.acceptance_changed")."""

    name: ClassVar[str] = ""


AnyEvent = TypeVar("AnyEvent", bound=Event)
Reaction = Callable[[Any], None]

_classes: dict[str, type[Event]] = {}
_reactions: dict[str, dict[str, Reaction]] = {}


class OutboxMessage(Model):
    """One recorded event. Settled when every reaction has run or been given up."""

    __tablename__ = "outbox_messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    payload: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    settled_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (Index("ix_outbox_messages_settled_at_due_at", "settled_at", "due_at"),)


class OutboxDelivery(Model):
    """The note that one reaction has run for one message."""

    __tablename__ = "outbox_deliveries"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("outbox_messages.id", ondelete="CASCADE"))
    reaction: Mapped[str] = mapped_column(String(120))
    delivered_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("message_id", "reaction"),)


def on(event_class: type[AnyEvent]) -> Callable[[Callable[[AnyEvent], None]], Callable[[AnyEvent], None]]:
    """Register a reaction. It must settle: read the present state and make its own tables agree with it."""

    def register(reaction: Callable[[AnyEvent], None]) -> Callable[[AnyEvent], None]:
        _classes[event_class.name] = event_class
        key = f"{reaction.__module__.removeprefix('app.')}.{reaction.__qualname__}"
        _reactions.setdefault(event_class.name, {})[key] = reaction
        return reaction

    return register


def record(event: Event) -> None:
    """Add `event` to the outbox of the open write transaction: no fact without its event."""
    if not is_writing():
        raise RuntimeError(f"{event.name} was recorded outside a write transaction.")
    moment = clock.now()
    db.session.add(OutboxMessage(name=event.name, payload=json.dumps(asdict(event)), recorded_at=moment, due_at=moment))


def deliver_pending() -> int:
    """Deliver until nothing is due; returns how many messages were handled."""
    handled = 0
    while batch := deliver_batch():
        handled += batch
    return handled


def deliver_batch(limit: int = BATCH) -> int:
    """Deliver up to `limit` due messages in one transaction; several workers may do so at once."""
    with write():
        messages = _due(limit)
        done = _already_delivered(message.id for message in messages if message.attempts)
        told = [(one.id, *ran) for one in messages for ran in _run_reactions(one, done.get(one.id, set()))]
        _note(messages, told)
        return len(messages)


def pending_count() -> int:
    """How many messages wait, due or not."""
    waiting = select(db.func.count()).select_from(OutboxMessage).where(OutboxMessage.settled_at.is_(None))
    return db.session.scalar(waiting) or 0


def oldest_waiting() -> datetime | None:
    """When the message that waits longest was recorded; None where none waits."""
    waiting = select(db.func.min(OutboxMessage.recorded_at)).where(OutboxMessage.settled_at.is_(None))
    return db.session.scalar(waiting)


def dead_letters(limit: int = 50) -> list[OutboxMessage]:
    """The newest messages that were given up."""
    rows = select(OutboxMessage).where(OutboxMessage.dead_at.is_not(None)).order_by(OutboxMessage.id.desc())
    return list(db.session.scalars(rows.limit(limit)))


def retry_dead_letter(message_id: int) -> bool:
    """Give a dead message its attempts back; False when there is no such message."""
    message = db.session.get(OutboxMessage, message_id)
    if message is None or message.dead_at is None:
        return False
    message.dead_at = message.settled_at = None
    message.attempts = 1
    message.due_at = clock.now()
    return True


def forget_settled() -> None:
    """Drop messages that were settled long ago; dead ones stay until somebody looks at them."""
    old = OutboxMessage.settled_at < clock.now() - KEEP_SETTLED
    db.session.execute(delete(OutboxMessage).where(old, OutboxMessage.dead_at.is_(None)))


def _due(limit: int) -> list[OutboxMessage]:
    rows = (
        select(OutboxMessage)
        .where(OutboxMessage.settled_at.is_(None), OutboxMessage.due_at <= clock.now())
        .order_by(OutboxMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(db.session.scalars(rows))


def _already_delivered(message_ids: Iterable[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    ids = list(message_ids)
    if ids:
        columns = select(OutboxDelivery.message_id, OutboxDelivery.reaction)
        for message_id, reaction in db.session.execute(columns.where(OutboxDelivery.message_id.in_(ids))):
            found.setdefault(message_id, set()).add(reaction)
    return found


def _note(messages: Sequence[OutboxMessage], told: Iterable[tuple[int, str, str | None]]) -> None:
    """Write down which reactions have run for which messages, or what went wrong.

    All at the end: what is noted one by one costs more than many a reaction.
    """
    moment, ran, errors = clock.now(), [], defaultdict[int, list[str]](list)
    for message_id, reaction, error in told:
        if error is None:
            ran.append({"message_id": message_id, "reaction": reaction, "delivered_at": moment})
        else:
            errors[message_id].append(error)
    if ran:
        db.session.execute(insert(OutboxDelivery), ran)
    for message in messages:
        _settle(message, errors[message.id], moment)


def _settle(message: OutboxMessage, errors: Sequence[str], moment: datetime) -> None:
    if not errors:
        message.settled_at = moment
        return
    message.attempts += 1
    message.last_error = "\n\n".join(errors)[-8_000:]
    if message.attempts >= MOST_ATTEMPTS:
        message.settled_at = message.dead_at = moment
    else:
        message.due_at = moment + _pause(message.attempts)


def _run_reactions(message: OutboxMessage, done: set[str]) -> Iterator[tuple[str, str | None]]:
    """Run what has not run yet; gives the name of each reaction with what went wrong, None where nothing did."""
    event_class = _classes.get(message.name)
    if event_class is None:
        return  # Nobody reacts to it (any more).
    event = event_class(**json.loads(message.payload))
    for key, reaction in _reactions[message.name].items():
        if key not in done:
            yield key, _run(message.id, key, reaction, event)


def _run(message_id: int, key: str, reaction: Reaction, event: Event) -> str | None:
    try:
        with db.session.begin_nested():
            reaction(event)
        return None
    except Exception as error:
        if isinstance(error, DBAPIError) and (error.connection_invalidated or is_busy(error)):
            raise  # The whole batch is lost with its connection and comes again.
        log.exception("reaction failed", reaction=key, message=message_id)
        return f"{key}\n{traceback.format_exc()}"


def _pause(attempts: int) -> timedelta:
    """5 s, 10 s, 20 s, … up to LONGEST_PAUSE."""
    return min(timedelta(seconds=5) * 2 ** (attempts - 1), LONGEST_PAUSE)
