"""Moments and durations in the words that readers see."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.kernel import clock

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
RELATIVE_WITHIN = 2 * DAY

# Asking the C library for a name takes longer than everything else about a moment.
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

# How much of each unit makes one, and how it is written short and long.
UNITS = (
    (365 * DAY, "y", "year"),
    (7 * DAY, "w", "week"),
    (DAY, "d", "day"),
    (HOUR, "h", "hour"),
    (MINUTE, "min", "minute"),
)
# Days stay days until they are hard to picture: "13 days", then "2 weeks".
LONGEST_IN_DAYS = 14 * DAY


def moment_words(moment: datetime, now: datetime | None = None) -> str:
    """`moment` as one says it: "12 minutes ago", "yesterday", "12 March", or "12 March 2025" in another year."""
    now = now or clock.now()
    past = now - moment
    if not timedelta(0) <= past < RELATIVE_WITHIN:
        return date_words(moment, now)
    if past < MINUTE:
        return "just now"
    if past < DAY:
        return f"{duration_words(past)} ago"
    return "yesterday" if (now.date() - moment.date()).days == 1 else "2 days ago"


def date_words(moment: datetime, now: datetime | None = None) -> str:
    """The day of `moment`: "12 March", with the year when it is not this one."""
    now = now or clock.now()
    day = f"{moment.day} {MONTHS[moment.month - 1]}"
    return day if moment.year == now.year else f"{day} {moment.year}"


def exact_words(moment: datetime, now: datetime | None = None) -> str:
    """Day and time in UTC: "12 March, 13:52 UTC"."""
    return f"{date_words(moment, now)}, {moment:%H:%M} UTC"


def duration_words(length: timedelta) -> str:
    """A duration in full words: "3 hours", "1 day", "2 weeks"."""
    count, _, unit = _largest_unit(length)
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def duration_short(length: timedelta) -> str:
    """A duration where there is little room: "3 h", "2 d"."""
    count, unit, _ = _largest_unit(length)
    return f"{count} {unit}"


def since(moment: datetime) -> timedelta:
    """How long ago `moment` was."""
    return clock.now() - moment


def _largest_unit(length: timedelta) -> tuple[int, str, str]:
    """How many of the largest unit that fits at least once; at least one minute."""
    for size, short, unit in UNITS:
        if length >= size and (unit != "week" or length >= LONGEST_IN_DAYS):
            return length // size, short, unit
    return 1, "min", "minute"
