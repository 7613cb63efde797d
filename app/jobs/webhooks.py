"""Telling other systems what changed about accounts."""

from __future__ import annotations

from app.exchange import messages, webhooks
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.settings import settings

# Each takes ten seconds at the longest.
AT_ONCE = 20


def tell_other_systems() -> int:
    """Queue what the addresses have not been told, and send what is due. Returns how many messages were tried."""
    if not settings().affinity_enabled:
        return 0
    _queue()
    return _send()


def _queue() -> None:
    now = clock.now()
    for webhook in webhooks.active_webhooks():
        webhook_id = webhook.id
        told = messages.still_to_tell(webhook, now)
        bodies = messages.compose(told, now)
        waiting = {one.uid: (one.event, bodies[one.uid]) for one in told if one.uid in bodies}
        if waiting:
            with write():
                webhooks.queue(webhook_id, waiting)
    db.session.rollback()


def _send() -> int:
    tried = 0
    while tried < AT_ONCE:
        with write():
            outgoing = webhooks.lease()
        if outgoing is None:
            break
        # Nothing is held open while somebody else's server takes its time.
        db.session.rollback()
        answer = webhooks.deliver(outgoing)
        with write():
            webhooks.settle(outgoing, answer)
        tried += 1
    return tried
