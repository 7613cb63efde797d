"""The one place that asks what time it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_then: ContextVar[datetime | None] = ContextVar("then", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _then.get() or datetime.now(UTC)


def monday_of(moment: datetime) -> datetime:
    """The beginning of the week of an aware moment: its Monday, 0:00 UTC."""
    midnight = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=midnight.weekday())


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let the actions called inside happen at `moment`: for history that is written later, such as the demo's."""
    token = _then.set(moment)
    try:
        yield
    finally:
        _then.reset(token)
