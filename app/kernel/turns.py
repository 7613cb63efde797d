"""Turns: work that must not be done twice at once, such as settling the same thing in two workers."""

from __future__ import annotations

import zlib

from sqlalchemy import func, select

from app.kernel.db import db


def take_turn(what: str, number: int) -> None:
    """Wait for others who took this turn, and keep it until the transaction ends.

    Whoever settles something takes its turn before reading: with a stale reading it could undo what another worker
    has just settled. SQLite has one writer at a time, so there everybody has the turn already.
    """
    if db.engine.dialect.name == "postgresql":
        signed = zlib.crc32(what.encode()) - 2**31
        db.session.execute(select(func.pg_advisory_xact_lock(signed, number)))
