"""Telling other systems what changed about accounts."""

from __future__ import annotations

from app.exchange import happenings, messages, webhooks
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.settings import settings

# Each takes ten seconds at the longest.
AT_ONCE = 20
# Many more than are sent in the same time, and few enough for one short transaction.
NOTED_AT_ONCE = 200


def tell_other_systems() -> int:
    """Queue what the addresses have not been told, and send what is due. Returns how many messages were tried."""
    if not settings().affinity_enabled:
        return 0
    _queue()
    return _send()


def _queue() -> None:
    told = happenings.still_to_tell(NOTED_AT_ONCE)
    if not told:
        return
    bodies = messages.compose(told, clock.now())
    waiting = [(one.at, one.uid, one.event) for one in told if one.uid in bodies]
    with write():
        for webhook in webhooks.active_webhooks():
            # What happened before an address was added is not told to it.
            new = {uid: (event, bodies[uid]) for at, uid, event in waiting if at >= webhook.made_at}
            webhooks.queue(webhook.id, new)
        happenings.forget([uid for _at, uid, _event in waiting])


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
