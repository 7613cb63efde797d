"""Half-way in: the password was right, the second factor is still to come. Nobody is signed in meanwhile.

The browser's session remembers who, since when, and where they wanted to go; for ten minutes, and no longer than the
person's password stays the same.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from flask import session

from app.kernel import clock
from app.kernel.db import db
from app.people import queries, second_factor
from app.people.models import Person
from app.web.security.sessions import IDENTITY

HALF_WAY = "half_way"
LASTS = timedelta(minutes=10)
ASK, SET_UP = "/sign-in/second", "/sign-in/second/set-up"


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """How somebody comes in: by which way, to which page, for how long, and by which company's sign-in."""

    way: str
    wanted: str = "/"
    stay: bool = False
    identity_id: int | None = None


@dataclass(frozen=True)
class Waiting:
    """Somebody who is half-way in."""

    person: Person
    arrival: Arrival

    @property
    def next_page(self) -> str:
        """Where the second factor is asked for, or set up by whoever needs one and has none."""
        return ASK if second_factor.is_set_up(self.person) else SET_UP


def begin(person: Person, arrival: Arrival, *, proved_at: float | None = None) -> Waiting:
    """Remember that `person` is half-way in, since they proved who they are (seconds; default: now)."""
    since = clock.now().timestamp() if proved_at is None else proved_at
    session[HALF_WAY] = {"key": person.get_id(), "since": since, **asdict(arrival)}
    if arrival.identity_id is not None:
        # A company that signs somebody out ends what is half-way as well.
        session[IDENTITY] = arrival.identity_id
    return Waiting(person, arrival)


def waiting() -> Waiting | None:
    """Whoever is half-way in with this browser; None when it is too long ago, or was never so."""
    kept: dict[str, Any] = dict(session.get(HALF_WAY) or {})
    if not kept or not 0 <= clock.now().timestamp() - kept.pop("since") < LASTS.total_seconds():
        return None
    person = db.session.scalar(queries.with_sign_in_key(kept.pop("key")))
    return Waiting(person, Arrival(**kept)) if person else None
