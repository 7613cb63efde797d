"""Requests of members as sales reads them: what waits, and how long it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.introductions import queries
from app.introductions.models import Introduction, Wish
from app.introductions.rules import OUTCOME_WITHIN, is_open, is_overdue
from app.kernel.db import db
from app.people.models import Person

WISHES = {
    Wish.INTRODUCE: "asks to be introduced",
    Wish.CALL: "asks for a call",
    Wish.MEET: "asks to meet",
}
ENDED_SHOWN = 20


@dataclass(frozen=True)
class Requested:
    """One request with what a list says of it."""

    request: Introduction
    is_overdue: bool

    @property
    def wish(self) -> str:
        """What is asked for, to follow a name."""
        return WISHES[Wish(self.request.wish)]

    @property
    def due_at(self) -> datetime:
        """By when they should read what came of it."""
        return self.request.made_at + OUTCOME_WITHIN


def requests_of(reader: Person, now: datetime) -> list[Requested]:
    """What waits for an outcome, the oldest first."""
    rows = queries.for_sales(reader).where(queries.is_open())
    return [Requested(one, is_overdue(one, now)) for one in db.session.scalars(rows).unique()]


def ended_requests_of(reader: Person) -> Sequence[Introduction]:
    """What has ended, the latest first."""
    rows = queries.for_sales(reader).where(~queries.is_open()).order_by(None)
    return db.session.scalars(rows.order_by(Introduction.id.desc()).limit(ENDED_SHOWN)).unique().all()


def as_requested(request: Introduction, now: datetime) -> Requested:
    """One request."""
    return Requested(request, is_open(request) and is_overdue(request, now))
