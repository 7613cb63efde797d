"""When people are usually at their desk: by the clock on the wall where they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from app.kernel.zones import offset_words, zone_of, zone_words
from app.people.models import Person

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WHOLE_WEEK, WORKING_DAYS = "1234567", "12345"
FEWEST_FROM_TO = 3


@dataclass(frozen=True)
class Hours:
    """Usual hours in a time zone (by its IANA name). `days` are digits, 1 for Monday.

    Hours that end earlier than they begin end on the day after.
    """

    begins: time
    ends: time
    days: str
    zone: str

    def at(self, moment: datetime) -> bool:
        """True when it is within these hours."""
        there = self.clock(moment)
        now = there.time()
        if self.begins < self.ends:
            return self._on(there) and self.begins <= now < self.ends
        return (self._on(there) and now >= self.begins) or (self._on(there - timedelta(days=1)) and now < self.ends)

    def clock(self, moment: datetime) -> datetime:
        """What clock and calendar show there."""
        return moment.astimezone(zone_of(self.zone))

    def zone_in_words(self, moment: datetime) -> str:
        """The zone and how far it is from UTC at that moment: "Europe/Oslo, UTC+1"."""
        zone = zone_of(self.zone)
        name, offset = zone_words(zone), offset_words(moment, zone)
        return name if name == offset else f"{name}, {offset}"

    @property
    def in_words(self) -> str:
        """Like "08:00 – 17:00"."""
        return f"{self.begins:%H:%M} – {self.ends:%H:%M}"

    @property
    def days_in_words(self) -> str:
        """Like "Monday to Friday", "not Fridays" for the other working days, or the names of the days."""
        if self.days == WHOLE_WEEK:
            return "every day"
        missing = sorted(set(WORKING_DAYS) - set(self.days))
        if len(missing) == 1 and len(self.days) == 4 and missing[0] in "234":
            return f"not {DAYS[int(missing[0]) - 1]}s"
        if len(self.days) >= FEWEST_FROM_TO and self.days in WHOLE_WEEK:
            return f"{_day(self.days[0])} to {_day(self.days[-1])}"
        return ", ".join(map(_day, self.days))

    def _on(self, there: datetime) -> bool:
        return str(there.isoweekday()) in self.days


def hours_of(person: Person) -> Hours | None:
    """The usual hours of somebody; None where they have not said."""
    begins, ends = person.desk_from, person.desk_to
    if begins is None or ends is None or not person.time_zone or not person.desk_days:
        return None
    return Hours(time_of(begins), time_of(ends), person.desk_days, person.time_zone)


def time_of(minutes: int) -> time:
    """Minutes after midnight, as a time of day."""
    return time(*divmod(minutes, 60))


def minutes_of(moment: time) -> int:
    """A time of day as minutes after midnight."""
    return moment.hour * 60 + moment.minute


def _day(digit: str) -> str:
    return DAYS[int(digit) - 1]
