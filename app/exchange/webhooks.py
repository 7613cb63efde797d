"""Addresses of other systems that are told about accounts, and the delivery of messages to them.

Messages are signed as Standard Webhooks asks: `webhook-id`, `webhook-timestamp`, `webhook-signature` (HMAC-SHA256).
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import delete, or_, select
from standardwebhooks import Webhook as Signer

from app.exchange import happenings
from app.exchange.models import Webhook, WebhookMessage
from app.kernel import clock, outbound
from app.kernel.db import db
from app.kernel.errors import NotFound, RuleBroken
from app.kernel.outbound import AddressRefused, NoAnswer
from app.kernel.sealing import open_sealed, seal
from app.kernel.settings import settings
from app.kernel.turns import take_turn
from app.people.models import Person

USE = "webhooks"
MOST_WEBHOOKS = 5
# Longer than anything is told, so that what was told is known for as long as it could be told again.
KEPT_FOR = timedelta(days=90)
SECRET_BYTES = 32
LEASE = timedelta(minutes=2)
# How long after each failure the next attempt waits; after the last there is none.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 300, 600, 600))
GONE = 410


@dataclass(frozen=True)
class Outgoing:
    """A message that this worker alone may send for the next minutes."""

    id: int
    webhook_id: int
    url: str
    secret: str
    uid: str
    body: str


@dataclass(frozen=True)
class Answer:
    """What became of a message: `problem` is "" where it arrived, `is_gone` where the address wants no more."""

    problem: str = ""
    is_gone: bool = False


def add_webhook(url: str, *, by: Person) -> tuple[Webhook, str]:
    """Tell an address from now on. Returns the secret, which is shown this once. Raises RuleBroken."""
    url = url.strip()
    outbound.check_address(url, allowed=settings().outbound_allowed)
    active = active_webhooks()
    if any(one.url == url for one in active):
        raise RuleBroken("That address is told already.")
    if len(active) >= MOST_WEBHOOKS:
        raise RuleBroken(f"{MOST_WEBHOOKS} addresses are told. Stop one of them first.")
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    made = Webhook(url=url, secret=seal(secret, use=USE), made_by_id=by.id)
    db.session.add(made)
    db.session.flush()
    return made, secret


def stop_webhook(webhook_id: int) -> Webhook:
    """Tell an address nothing more, not even what waits. Raises NotFound for one that is not told."""
    found = db.session.scalar(select(Webhook).where(Webhook.id == webhook_id, Webhook.stopped_at.is_(None)))
    if found is None:
        raise NotFound
    _stop(found)
    return found


def active_webhooks() -> Sequence[Webhook]:
    """The addresses that are told, the oldest first."""
    return db.session.scalars(select(Webhook).where(Webhook.stopped_at.is_(None)).order_by(Webhook.id)).all()


def host_of(webhook: Webhook) -> str:
    """The host alone: the rest of an address may be a secret."""
    return urlsplit(webhook.url).hostname or ""


def hosts_told() -> list[str]:
    """The hosts that are told about accounts."""
    return sorted({host_of(webhook) for webhook in active_webhooks()})


def last_messages(webhook_id: int, limit: int = 10) -> Sequence[WebhookMessage]:
    """The newest messages to one address."""
    theirs = select(WebhookMessage).where(WebhookMessage.webhook_id == webhook_id)
    return db.session.scalars(theirs.order_by(WebhookMessage.id.desc()).limit(limit)).all()


def queue(webhook_id: int, bodies: dict[str, tuple[str, str]]) -> int:
    """Let messages wait: kind and JSON by id. Those that wait or went already are left out. Returns how many."""
    take_turn("webhooks", webhook_id)
    theirs = WebhookMessage.webhook_id == webhook_id, WebhookMessage.uid.in_(bodies)
    known = set(db.session.scalars(select(WebhookMessage.uid).where(*theirs)))
    new = [
        WebhookMessage(webhook_id=webhook_id, uid=uid, kind=kind, body=body)
        for uid, (kind, body) in bodies.items()
        if uid not in known
    ]
    db.session.add_all(new)
    db.session.flush()
    return len(new)


def lease() -> Outgoing | None:
    """Take the oldest message that is due; None when there is none."""
    now = clock.now()
    due = (
        select(WebhookMessage, Webhook)
        .join(Webhook, Webhook.id == WebhookMessage.webhook_id)
        .where(WebhookMessage.sent_at.is_(None), WebhookMessage.dead_at.is_(None), WebhookMessage.due_at <= now)
        .where(or_(WebhookMessage.leased_until.is_(None), WebhookMessage.leased_until <= now))
        .order_by(WebhookMessage.due_at, WebhookMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=WebhookMessage)
    )
    row = db.session.execute(due).first()
    if row is None:
        return None
    message, webhook = row
    message.leased_until = now + LEASE
    message.attempts += 1
    db.session.flush()
    secret = open_sealed(webhook.secret, use=USE)
    return Outgoing(message.id, webhook.id, webhook.url, secret, message.uid, message.body)


def deliver(outgoing: Outgoing) -> Answer:
    """Send a message, signed now. Takes as long as the other side does: not for inside a transaction."""
    at = clock.now()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "webhook-id": outgoing.uid,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Signer(outgoing.secret).sign(outgoing.uid, at, outgoing.body),
    }
    try:
        reply = outbound.post(outgoing.url, outgoing.body.encode(), headers, allowed=settings().outbound_allowed)
    except (AddressRefused, NoAnswer) as error:
        return Answer(str(error))
    if 200 <= reply.status < 300:
        return Answer()
    return Answer(f"The other side answered with {reply.status}.", is_gone=reply.status == GONE)


def settle(outgoing: Outgoing, answer: Answer) -> None:
    """Write down what became of a message: sent, tried again later, or given up."""
    message = db.session.get(WebhookMessage, outgoing.id)
    if message is None:
        return
    now = clock.now()
    message.leased_until = None
    message.last_error = answer.problem[:200]
    if not answer.problem:
        message.sent_at = now
    elif message.attempts > len(PAUSES):
        message.dead_at = now
    else:
        message.due_at = now + PAUSES[message.attempts - 1]
    if answer.is_gone:
        _stop(db.session.get_one(Webhook, outgoing.webhook_id))
    db.session.flush()


def forget_old() -> None:
    """Delete what was told long ago, and what is told to nobody any more."""
    db.session.execute(delete(WebhookMessage).where(WebhookMessage.made_at < clock.now() - KEPT_FOR))
    happenings.forget_old()


def _stop(webhook: Webhook) -> None:
    webhook.stopped_at = webhook.stopped_at or clock.now()
    waiting = WebhookMessage.webhook_id == webhook.id, WebhookMessage.sent_at.is_(None)
    db.session.execute(delete(WebhookMessage).where(*waiting))
