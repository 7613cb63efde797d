"""When everything in the demo happened, seen from the moment of the load."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

LATEST_WRITTEN = timedelta(hours=7)
LAST_DAY = timedelta(days=-1)
NEWEST_IS_AGO = timedelta(minutes=5)
MOST_VOTES_COME_WITHIN = timedelta(days=14)
OFFICE_OPENS, OFFICE_IS_OPEN = timedelta(hours=7), timedelta(hours=10)
SNAPSHOTS_OVER = timedelta(days=364)
SNAPSHOT_TIME = time(3)


class Timeline:
    """Turns times as they are written (spans from midnight of the load's day) into moments before `now`.

    Until midnight of the day before, they are taken as they stand. What is written from then until 07:00 of the
    load's day is stretched, in the same order, so that it ends just before `now`: whenever the demo is loaded, its
    newest posts are minutes and hours old.
    """

    def __init__(self, now: datetime) -> None:
        now = now.astimezone(UTC)
        self._midnight = datetime.combine(now.date(), time(), UTC)
        self._stretched_from = self._midnight + LAST_DAY
        self._stretch = (now - NEWEST_IS_AGO - self._stretched_from) / (LATEST_WRITTEN - LAST_DAY)

    @property
    def today(self) -> date:
        """The day of the load."""
        return self._midnight.date()

    def at(self, written: timedelta) -> datetime:
        """The moment of something written so."""
        if written <= LAST_DAY:
            return self._midnight + written
        moment = self._stretched_from + (written - LAST_DAY) * self._stretch
        return moment.replace(microsecond=0)


def joining_time(day: timedelta, handle: str) -> timedelta:
    """When, on the day, somebody joined: in office hours, always the same for the same person."""
    return day + OFFICE_OPENS + _share(handle) * OFFICE_IS_OPEN


def voting_time(post_written: timedelta, voter_joined: timedelta, seed: str) -> timedelta:
    """When a vote was cast: after the post and after the voter joined, more often soon than late."""
    begins = max(post_written, voter_joined)
    ends = min(begins + MOST_VOTES_COME_WITHIN, LATEST_WRITTEN)
    return begins + _share(seed) ** 2 * (ends - begins)


def mondays_before(now: datetime) -> Iterator[datetime]:
    """The weekly moments of a year's snapshots, oldest first, all before `now`."""
    last_midnight = datetime.combine(now.astimezone(UTC).date(), SNAPSHOT_TIME, UTC)
    last = last_midnight - timedelta(days=last_midnight.weekday())
    weeks = SNAPSHOTS_OVER // timedelta(days=7)
    moments = (last - timedelta(days=7 * ago) for ago in range(weeks, -1, -1))
    return (moment for moment in moments if moment < now)


def _share(seed: str) -> float:
    """A number from 0 up to 1 that looks like chance and is always the same for the same seed."""
    return zlib.crc32(seed.encode()) / 2**32
