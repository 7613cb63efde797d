"""What is thrown away because nobody needs it any more."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from app.exchange import webhooks
from app.kernel import clock, events
from app.kernel.db import db, write
from app.notifications import actions as notifications
from app.people import actions as people
from app.people import held_handles, invitations, letters, once, rates, sessions, signs
from app.people.models import IdempotencyKey
from app.search import counts

KEYS_FOR = timedelta(days=7)


def tidy() -> None:
    """Drop what is over: sessions and sign-ins, counts and keys, settled messages, letters and notices, counts of
    searches, old messages to other systems, and whatever unconfirmed registrations and old invitations leave behind.
    """
    with write():
        sessions.drop_old()
        rates.drop_old()
        once.drop_old()
        db.session.execute(delete(IdempotencyKey).where(IdempotencyKey.used_at < clock.now() - KEYS_FOR))
        events.forget_settled()
        letters.forget_sent()
        notifications.forget_old()
        people.forget_unconfirmed()
        signs.forget_old()
        invitations.forget_old()
        held_handles.forget_old()
        counts.forget_old()
        webhooks.forget_old()
