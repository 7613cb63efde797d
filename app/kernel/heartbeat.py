"""Signs of life of what runs beside the web server: one row a part, written now and then."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import clock
from app.kernel.db import Model, db

BEAT_EVERY = timedelta(seconds=15)
LATE_AFTER = timedelta(seconds=60)


class Heartbeat(Model):
    """When a part of the site last said that it works."""

    __tablename__ = "heartbeats"

    part: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime]


def beat(part: str) -> None:
    """Say that `part` works."""
    row = db.session.get(Heartbeat, part)
    if row is None:
        db.session.add(Heartbeat(part=part, at=clock.now()))
    else:
        row.at = clock.now()


def last_beat(part: str) -> datetime | None:
    """When `part` last said that it works; None where it never did."""
    row = db.session.get(Heartbeat, part)
    return row.at if row is not None else None


def is_alive(part: str) -> bool:
    """True when `part` has said so within the last minute."""
    at = last_beat(part)
    return at is not None and clock.now() - at <= LATE_AFTER
