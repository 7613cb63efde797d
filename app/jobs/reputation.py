"""Every night: votes that came in bursts, pairs who vote for each other, and the proof of the ledger."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from app.kernel import clock, events
from app.kernel.db import db, write
from app.reputation import bursts, last_proof, proof, replay, rings

AT_HOUR = 2
"""The hour (UTC) from which on it is done."""

LOOKED_BACK = timedelta(days=2)
"""So far back votes are looked at where nobody ever looked; older ones only when everything is entered anew."""

OVERLAP = timedelta(days=1)

log = structlog.get_logger(__name__)


def review_votes_at_night() -> bool:
    """Do what is due since last night, once nothing waits in the outbox; returns whether it was done."""
    if not last_proof.is_due(_last_night(clock.now())) or events.pending_count():
        return False
    review_votes()
    return True


def review_votes() -> int:
    """Find bursts and rings, then prove the ledger; returns how many kept numbers are wrong."""
    last = last_proof.last_check()
    found = bursts.find(last.checked_at - OVERLAP if last else clock.now() - LOOKED_BACK)
    pairs = rings.find()
    with write():
        bursts.note(found)
        rings.keep(pairs)
    wrong, old = _wrong_twice(), replay.left()
    with write():
        last_proof.keep(differences=len(wrong), under_older_rules=old)
    log.info("votes reviewed", bursts=len(found), pairs=len(pairs))
    if wrong:
        log.error("reputation is not what the ledger says", differences=len(wrong), first=sorted(wrong)[:3])
    return len(wrong)


def _wrong_twice() -> set[str]:
    """What is wrong at a second look too: the first may have met a vote that was just being entered."""
    wrong = set(proof.differences())
    db.session.rollback()
    if wrong:
        wrong &= set(proof.differences())
        db.session.rollback()
    return wrong


def _last_night(now: datetime) -> datetime:
    last = now.replace(hour=AT_HOUR, minute=0, second=0, microsecond=0)
    return last if last <= now else last - timedelta(days=1)
