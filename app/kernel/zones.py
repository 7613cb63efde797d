"""Time zones by their IANA names, and what a clock on the wall there means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

# Names by region only: "CET" and "Etc/GMT-3" say of no place what its clocks show.
REGIONS = frozenset(
    {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    """The zones one can choose, by name, with UTC as the last."""
    return (*sorted(name for name in available_timezones() if name.partition("/")[0] in REGIONS), "UTC")


def zone_of(name: str) -> ZoneInfo:
    """The zone of this name; UTC for one that is not known (any more)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def moments_of(local: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """When the clocks of `zone` show `local` (which names no zone), in UTC: once as a rule.

    Never in the hour that is left out when summer time begins, twice in the hour that comes again when it ends.
    """
    found = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return tuple(sorted({moment for moment in found if moment.astimezone(zone).replace(tzinfo=None, fold=0) == local}))


def offset_words(moment: datetime, zone: ZoneInfo) -> str:
    """How far the clocks of `zone` are from UTC at `moment`: "UTC", "UTC+2", "UTC−3:30"."""
    offset = moment.astimezone(zone).utcoffset() or timedelta(0)
    minutes = round(abs(offset) / timedelta(minutes=1))
    if not minutes:
        return "UTC"
    hours, rest = divmod(minutes, 60)
    return f"UTC{'+' if offset > timedelta(0) else '−'}{hours}" + (f":{rest:02}" if rest else "")


def zone_words(zone: ZoneInfo) -> str:
    """The name of a zone as one reads it: "Europe/Berlin", "America/New York"."""
    return zone.key.replace("_", " ")
