"""What is told of a request to sales: to those who may answer it that there is one, to the member how it ended.

Nothing of its words stands in a notice, and no name: both are read on the one page that writes down who read it. Who
may answer it changes with who looks after the account; whoever does so no more has no notice of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import delete, select

from app.accounts.queries import owners_of
from app.introductions.models import Introduction, Outcome
from app.introductions.queries import is_open as is_open_now
from app.introductions.rules import is_open
from app.kernel.db import db
from app.kernel.turns import take_turn
from app.notifications import ledger
from app.notifications.kinds import Kind
from app.notifications.ledger import Cause, key
from app.notifications.models import Notice

TOLD = {
    Outcome.SPOKE: Kind.INTRODUCTION_ENDED,
    Outcome.NOT_REACHED: Kind.INTRODUCTION_ENDED,
    Outcome.NOT_OURS: Kind.INTRODUCTION_ENDED,
    Outcome.EXPIRED: Kind.INTRODUCTION_EXPIRED,
}


def settle_introduction(introduction_id: int) -> None:
    """Tell what holds now; what was told of how it stood before is gone."""
    take_turn("notices of requests", introduction_id)
    found = db.session.get(Introduction, introduction_id, populate_existing=True)
    if found is None:
        return
    causes, among = list(_causes(found)), Notice.introduction_id == introduction_id
    for cause in causes:
        db.session.execute(delete(Notice).where(Notice.cause == cause.key, Notice.person_id.not_in(cause.told)))
    ledger.settle(None, causes, among=among, in_parts=True)


def settle_requests_to(account_ids: Collection[int]) -> None:
    """Tell those who look after these accounts now of what waits there."""
    waits = select(Introduction.id).where(Introduction.account_id.in_(account_ids), is_open_now())
    for introduction_id in db.session.scalars(waits.order_by(Introduction.id)).all():
        settle_introduction(introduction_id)


def _causes(found: Introduction) -> Iterator[Cause]:
    if is_open(found):
        owners = owners_of([found.account_id]).get(found.account_id, []) if found.account_id else []
        told = {person.id: Kind.INTRODUCTION_ASKED for person in owners}
        yield Cause(
            key=key("introduction", found.id), at=found.made_at, by_id=None, told=told, introduction_id=found.id
        )
    kind = TOLD.get(Outcome(found.outcome)) if found.outcome else None
    if kind is not None and found.ended_at is not None:
        yield Cause(
            key=key("introduction-ended", found.id),
            at=found.ended_at,
            by_id=found.ended_by_id,
            told={found.person_id: kind},
            introduction_id=found.id,
            words=found.outcome_words,
        )
