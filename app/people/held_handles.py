"""Handles that nobody has and nobody can take for a while: see HeldHandle."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from app.kernel import clock
from app.kernel.db import db
from app.people.handles import skeleton
from app.people.models import HeldHandle


def hold(handle: str, period: timedelta) -> None:
    """Let nobody take `handle`, which is free, for `period`."""
    db.session.merge(HeldHandle(skeleton=skeleton(handle), until=clock.now() + period))
    db.session.flush()


def forget_old() -> None:
    """Give free what was held long enough."""
    db.session.execute(delete(HeldHandle).where(HeldHandle.until <= clock.now()))
