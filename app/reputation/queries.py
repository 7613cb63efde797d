"""Reading reputation, and proving it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TypeVar

from sqlalchemy import select

from app.kernel import events
from app.kernel.db import db
from app.people.models import Person
from app.reputation import figures
from app.reputation.causes import standing_causes
from app.reputation.ledger import as_line, cause_of, standing_entries
from app.reputation.models import ReputationDay, ReputationEntry, ReputationTotal
from app.reputation.points import day_sums, shown

Key = TypeVar("Key")


def shown_total(person: Person) -> int:
    """The reputation that readers see beside a person: never below 1."""
    return shown_totals([person.id])[person.id]


def shown_totals(person_ids: Iterable[int]) -> dict[int, int]:
    """The shown reputation of several people in one query; whoever earned nothing yet has 1."""
    ids = list(person_ids)
    rows = select(ReputationTotal.person_id, ReputationTotal.points).where(ReputationTotal.person_id.in_(ids))
    points: dict[int, int] = {person_id: total for person_id, total in db.session.execute(rows)} if ids else {}
    return {person_id: shown(points.get(person_id, 0)) for person_id in ids}


def differences() -> Iterator[str]:
    """One sentence for every sum that is not what the ledger says, and for every entry that lacks its cause.

    Causes are compared only when the outbox is empty: what waits there has not been entered yet, rightly.
    """
    lines = [as_line(entry) for entry in db.session.scalars(select(ReputationEntry))]
    days = day_sums(lines)
    kept_days = {(row.person_id, row.day): row.points for row in db.session.scalars(select(ReputationDay))}
    yield from _different(days, kept_days, "the reputation of person {0[0]} on {0[1]}")
    kept_totals = {row.person_id: row.points for row in db.session.scalars(select(ReputationTotal))}
    yield from _different(_by_person(days), kept_totals, "the reputation of person {0}")
    if events.pending_count() == 0:
        yield from _wrong_entries()
        yield from figures.differences()


def _by_person(days: Mapping[tuple[int, date], int]) -> dict[int, int]:
    totals: dict[int, int] = defaultdict(int)
    for (person_id, _day), points in days.items():
        totals[person_id] += points
    return totals


def _different(counted: Mapping[Key, int], kept: Mapping[Key, int], name: str) -> Iterator[str]:
    for key in sorted(counted.keys() | kept.keys(), key=str):
        right, stored = counted.get(key, 0), kept.get(key, 0)
        if right != stored:
            yield f"{name.format(key).capitalize()} is kept as {stored}; the ledger says {right}."


def _wrong_entries() -> Iterator[str]:
    causes = standing_causes(None)
    entered = {cause_of(entry): entry.at for entry in db.session.scalars(standing_entries())}
    for cause in sorted(causes.keys() | entered.keys()):
        if causes.get(cause) != entered.get(cause):
            state = "is not entered as it happened" if cause in causes else "is entered, but no longer stands"
            yield f"Reputation of person {cause.person_id} for post {cause.post_id}: {cause.kind} {state}."
