"""Kept numbers, and the queries that count them afresh: what proves them can also repair them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ScalarSelect, select, update
from sqlalchemy.orm import InstrumentedAttribute

from app.kernel.db import db


@dataclass(frozen=True)
class Counter:
    """A column that keeps a number, and the correlated subquery that counts it."""

    column: InstrumentedAttribute[int]
    key: InstrumentedAttribute[int]
    counted: ScalarSelect[Any]


@dataclass(frozen=True)
class Difference:
    """A kept number that is wrong."""

    what: str
    row: int
    kept: int
    counted: int

    def __str__(self) -> str:
        return f"{self.what} of {self.row} is kept as {self.kept:,} but counts {self.counted:,}"


def find_differences(counters: Sequence[Counter]) -> Iterator[Difference]:
    """Every row in which a kept number is not what it counts."""
    for counter in counters:
        table = counter.column.property.columns[0].table
        rows = select(counter.key, counter.column, counter.counted).select_from(table)
        for row, kept, counted in db.session.execute(rows.where(counter.column != counter.counted)):
            yield Difference(f"{table.name}.{counter.column.key}", row, kept, counted)


def recount(counters: Sequence[Counter], row: int) -> None:
    """Write the right numbers into one row; all `counters` are of the same table."""
    table, key = counters[0].column.property.columns[0].table, counters[0].key
    counted = {counter.column.key: counter.counted for counter in counters}
    db.session.execute(update(table).where(key == row).values(counted))


def repair(counters: Sequence[Counter]) -> None:
    """Write the right number wherever a kept one is wrong."""
    for counter in counters:
        table = counter.column.property.columns[0].table
        wrong = counter.column != counter.counted
        db.session.execute(update(table).where(wrong).values({counter.column.key: counter.counted}))
    db.session.expire_all()
