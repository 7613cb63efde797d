"""When a meeting is, in the words of the place, and in those of a reader whose clocks show something else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.kernel import clock
from app.kernel.zones import offset_words, zone_of, zone_words
from app.meetings.models import MeetingRequest, MeetingSlot
from app.people.models import Person

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class LocalTime:
    """From when to when, as the clocks of one zone show it."""

    starts_at: datetime
    ends_at: datetime
    zone: ZoneInfo

    @property
    def first(self) -> str:
        """The day, with the year when it is not this one, and the hour: "Tue 21 April, 10:30"."""
        return f"{_day(self.starts_at)}, {self.starts_at:%H:%M}"

    @property
    def last(self) -> str:
        """The hour at which it ends, with the day where that is another one."""
        same_day = self.ends_at.date() == self.starts_at.date()
        return f"{self.ends_at:%H:%M}" if same_day else f"{_day(self.ends_at)}, {self.ends_at:%H:%M}"

    @property
    def where(self) -> str:
        """The zone: "Europe/Amsterdam, UTC+2"."""
        name, offset = zone_words(self.zone), offset_words(self.starts_at, self.zone)
        return offset if name == offset else f"{name}, {offset}"

    def __str__(self) -> str:
        return f"{self.first} – {self.last} ({self.where})"


def there(meeting: MeetingSlot | MeetingRequest, zone_name: str) -> LocalTime:
    """When it is, as the clocks of this zone show it."""
    zone = zone_of(zone_name)
    return LocalTime(meeting.starts_at.astimezone(zone), meeting.ends_at.astimezone(zone), zone)


def readers_time(meeting: MeetingSlot | MeetingRequest, place: str, reader: Person | None) -> LocalTime | None:
    """When it is for a reader who has said in which zone they live; None where it is the same as in the place."""
    if reader is None or not reader.time_zone:
        return None
    own, at_place = there(meeting, reader.time_zone), there(meeting, place)
    is_same = own.first == at_place.first and own.last == at_place.last
    return None if is_same else own


def _day(moment: datetime) -> str:
    day = f"{WEEKDAYS[moment.weekday()]} {moment.day} {moment:%B}"
    return day if moment.year == clock.now().year else f"{day} {moment.year}"
