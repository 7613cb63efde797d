"""Lists page by key: the next page starts after the last row seen, however far down it is."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from app.kernel.db import db
from app.kernel.errors import Malformed

PAGE_SIZE = 20
LARGEST_INTEGER = 2**63 - 1

Row = TypeVar("Row")
Key = ColumnElement[Any] | InstrumentedAttribute[Any]


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows of one page, and the key of the next one (None at the end)."""

    items: Sequence[Row]
    next_key: str | None


def page_of(
    rows: Select[Row], *, by: Sequence[Key], after: str | None, limit: int = PAGE_SIZE, ascending: bool = False
) -> Page[Row]:
    """The `limit` rows that follow key `after`, by the columns or expressions `by`, all descending or all ascending.

    The last one must be unique. Raises Malformed for a key that this function did not make.
    """
    keyed = rows.add_columns(*by).order_by(*(one.asc() if ascending else one.desc() for one in by)).limit(limit + 1)
    if after:
        here, last = tuple_(*by), tuple_(*_values(after, by))
        keyed = keyed.where(here > last if ascending else here < last)
    found = db.session.execute(keyed).unique().all()
    shown = found[:limit]
    return Page([row[0] for row in shown], key_of(shown[-1][1:]) if len(found) > limit else None)


def key_of(values: Sequence[Any]) -> str:
    """The key after which a page goes on, from what its last row is ordered by."""
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _values(key: str, by: Sequence[Key]) -> list[Any]:
    try:
        plain = json.loads(base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)))
        return [_value(value, column) for value, column in zip(plain, by, strict=True)]
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise Malformed("That page does not exist. Start again from the first one.") from error


def _value(value: object, column: Key) -> object:
    kind = column.type.python_type
    if kind is datetime and isinstance(value, str):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError(value)
        return moment
    if kind is int and type(value) is int and abs(value) <= LARGEST_INTEGER:
        return value
    # PostgreSQL has no way to store the character with the number 0.
    if kind is str and isinstance(value, str) and "\0" not in value:
        return value
    raise ValueError(value)
