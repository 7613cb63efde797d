"""What other systems have not been told yet: noted when it happens, and forgotten once its messages wait.

So whoever tells them reads what is due and nothing else, however much was told before.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, delete, exists, func, select
from sqlalchemy.orm import aliased

from app.accounts.models import Account, Status
from app.affinity.alerts import FOR_SALES
from app.affinity.models import AffinitySnapshot, Alert
from app.exchange import schema
from app.exchange.models import Happening
from app.introductions.models import Introduction
from app.kernel import clock
from app.kernel.db import db
from app.kernel.settings import settings
from app.kernel.turns import take_turn

# What is older is told to nobody any more.
TOLD_WITHIN = timedelta(days=30)
# The same happening has the same id however often, and to however many, it is told.
NAMES = UUID("6a3f9f0e-5d5b-4c55-9a3e-0d1c8f6f6b52")


def settle_snapshots(account_ids: Collection[int]) -> None:
    """Let the last snapshot of each of these accounts be told, and again when it was measured again."""
    newest = aliased(AffinitySnapshot)
    last = select(func.max(newest.taken_at)).where(newest.account_id == AffinitySnapshot.account_id)
    rows = select(AffinitySnapshot).where(
        AffinitySnapshot.account_id.in_(account_ids), AffinitySnapshot.taken_at == last.scalar_subquery()
    )
    _settle(
        [
            Happening(
                uid=_uid("snapshot", one.id, one.measured_again_at),
                event=schema.UPDATED,
                account_id=one.account_id,
                path=f"/sales/accounts/{one.account_id}",
                at=one.measured_again_at or one.taken_at,
            )
            for one in db.session.scalars(rows)
        ],
        among=Happening.account_id.in_(account_ids) & (Happening.event == schema.UPDATED),
    )


def settle_alerts(account_id: int) -> None:
    """Let what sales was alerted to about an account be told: nothing that is for its experts alone."""
    rows = select(Alert).where(Alert.account_id == account_id, Alert.kind.in_(FOR_SALES), Alert.raised_at > _oldest())
    _settle(
        [
            Happening(
                uid=_uid("alert", one.id),
                event=schema.ALERT,
                account_id=account_id,
                path=f"/sales/accounts/{account_id}",
                at=one.raised_at,
            )
            for one in db.session.scalars(rows)
        ],
        among=(Happening.account_id == account_id) & (Happening.event == schema.ALERT),
    )


def settle_introduction(introduction_id: int) -> None:
    """Let a request of a member of an account be told for as long as it waits."""
    found, uid = db.session.get(Introduction, introduction_id), _uid("introduction", introduction_id)
    asked = []
    if found is not None and found.account_id is not None and found.ended_at is None:
        path = f"/sales/introductions/{introduction_id}"
        asked = [Happening(uid=uid, event=schema.GRANTED, account_id=found.account_id, path=path, at=found.made_at)]
    _settle(asked, among=Happening.uid == uid)


def still_to_tell(limit: int) -> Sequence[Happening]:
    """What nobody was told yet, the oldest first. Of partners, and before there is a snapshot, nothing is told."""
    is_measured = exists().where(AffinitySnapshot.account_id == Happening.account_id)
    customers = select(Happening).join(Account).where(Account.status == Status.CUSTOMER, is_measured)
    due = customers.where(Happening.at > _oldest()).order_by(Happening.at, Happening.uid)
    return db.session.scalars(due.limit(limit)).all()


def forget(uids: Collection[str]) -> None:
    """The messages about these wait, for each address that is to be told."""
    db.session.execute(delete(Happening).where(Happening.uid.in_(uids)))


def forget_old() -> None:
    """Delete what is told to nobody any more."""
    db.session.execute(delete(Happening).where(Happening.at <= _oldest()))


def _settle(found: Sequence[Happening], *, among: ColumnElement[bool]) -> None:
    """Let these be the ones `among` which they are that are still to be told."""
    take_turn("happenings", 0)
    uids = {one.uid for one in found}
    db.session.execute(delete(Happening).where(among, Happening.uid.not_in(uids)))
    known = set(db.session.scalars(select(Happening.uid).where(Happening.uid.in_(uids))))
    db.session.add_all(one for one in found if one.uid not in known and one.at > _oldest())
    db.session.flush()


def _oldest() -> datetime:
    return clock.now() - TOLD_WITHIN


def _uid(what: str, number: int, again_at: datetime | None = None) -> str:
    again = f" {again_at.isoformat()}" if again_at else ""
    return str(uuid5(NAMES, f"{settings().base_url} {what} {number}{again}"))
