"""Hours on the wall and the moments that they mean, across changes of the clocks, in any part of the world."""

from __future__ import annotations

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.errors import RuleBroken
from app.kernel.zones import moments_of, offset_words, zone_names, zone_of
from app.meetings.calendar_file import calendar_of
from app.meetings.models import MeetingSlot
from app.meetings.spoken import readers_time, there
from app.meetings.times import HourComesTwice, moment_of, weekly
from app.people.models import Person
from tests.support.factories import ExpertFactory, PersonFactory
from tests.support.meetings import ask, offer, office_hour, utc, wall

pure = pytest.mark.pure

# What the wall shows, where, and the moment: worked out by hand from the rules of 2026.
MOMENTS = [
    # Between 8 and 29 March only New York has changed: five hours apart in place of six.
    ("America/New_York", wall(2026, 3, 16, 9, 0), utc(2026, 3, 16, 13, 0)),
    ("Europe/Berlin", wall(2026, 3, 16, 14, 0), utc(2026, 3, 16, 13, 0)),
    ("America/New_York", wall(2026, 3, 30, 9, 0), utc(2026, 3, 30, 13, 0)),
    ("Europe/Berlin", wall(2026, 3, 30, 15, 0), utc(2026, 3, 30, 13, 0)),
    # Between 25 October and 1 November only Berlin has.
    ("America/New_York", wall(2026, 10, 27, 9, 0), utc(2026, 10, 27, 13, 0)),
    ("Europe/Berlin", wall(2026, 10, 27, 14, 0), utc(2026, 10, 27, 13, 0)),
    ("Asia/Kathmandu", wall(2026, 6, 1, 18, 45), utc(2026, 6, 1, 13, 0)),
    # Lord Howe changes by half an hour.
    ("Australia/Lord_Howe", wall(2026, 1, 15, 12, 0), utc(2026, 1, 15, 1, 0)),
    ("Australia/Lord_Howe", wall(2026, 7, 15, 12, 0), utc(2026, 7, 15, 1, 30)),
    ("UTC", wall(2026, 7, 15, 12, 0), utc(2026, 7, 15, 12, 0)),
]


@pure
@pytest.mark.parametrize(("zone", "local", "moment"), MOMENTS)
def test_the_wall_means_this_moment(zone, local, moment):
    assert moment_of(local, zone) == moment


@pure
@pytest.mark.parametrize(
    ("zone", "local"),
    [
        ("Europe/Berlin", wall(2026, 3, 29, 2, 30)),
        ("America/New_York", wall(2026, 3, 8, 2, 0)),
        ("Australia/Lord_Howe", wall(2026, 10, 4, 2, 15)),
        ("Pacific/Apia", wall(2011, 12, 30, 12, 0)),
    ],
)
def test_hours_that_are_left_out_are_refused(zone, local):
    with pytest.raises(RuleBroken, match="does not exist"):
        moment_of(local, zone)


@pure
@pytest.mark.parametrize(
    ("zone", "local", "first", "second"),
    [
        ("Europe/Berlin", wall(2026, 10, 25, 2, 30), utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 30)),
        ("America/New_York", wall(2026, 11, 1, 1, 0), utc(2026, 11, 1, 5, 0), utc(2026, 11, 1, 6, 0)),
        ("Australia/Lord_Howe", wall(2026, 4, 5, 1, 45), utc(2026, 4, 4, 14, 45), utc(2026, 4, 4, 15, 15)),
    ],
)
def test_hours_that_come_twice_are_asked_about(zone, local, first, second):
    with pytest.raises(HourComesTwice, match="Say which"):
        moment_of(local, zone)

    assert (moment_of(local, zone, "first"), moment_of(local, zone, "second")) == (first, second)


@pure
def test_weeks_are_at_the_same_hour_of_the_wall():
    moments = weekly(wall(2026, 3, 19, 16, 0), 3, "Europe/Berlin")

    assert moments == [utc(2026, 3, 19, 15, 0), utc(2026, 3, 26, 15, 0), utc(2026, 4, 2, 14, 0)]
    with pytest.raises(RuleBroken, match="29 March 2026 does not exist"):
        weekly(wall(2026, 3, 22, 2, 30), 2, "Europe/Berlin")


@pure
@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "CET\0", "Etc/GMT+3"])
def test_only_zones_from_the_list(zone):
    with pytest.raises(RuleBroken, match="from the list"):
        moment_of(wall(2026, 3, 19, 16, 0), zone)


@pure
@given(st.sampled_from(zone_names()), st.datetimes(wall(2000, 1, 1), wall(2035, 1, 1)))
def test_every_moment_found_is_what_the_wall_shows(zone_name, local):
    zone = zone_of(zone_name)
    found = moments_of(local, zone)

    assert all(moment.astimezone(zone).replace(tzinfo=None, fold=0) == local for moment in found)
    # What the clocks do not show comes right after their change.
    assert found or moments_of(local - timedelta(hours=25), zone) or moments_of(local + timedelta(hours=25), zone)


@pure
@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("UTC", "UTC"),
        ("Asia/Kathmandu", "UTC+5:45"),
        ("America/St_Johns", "UTC−2:30"),
        ("Australia/Lord_Howe", "UTC+10:30"),
    ],
)
def test_a_zone_says_how_far_it_is(zone, words):
    assert offset_words(utc(2026, 7, 1), ZoneInfo(zone)) == words


@pure
def test_each_reads_it_on_their_own_clocks(travel_to):
    travel_to(utc(2026, 3, 1))
    slot = MeetingSlot(starts_at=utc(2026, 3, 16, 13), ends_at=utc(2026, 3, 16, 13, 30), time_zone="Europe/Berlin")
    reader = Person(time_zone="America/New_York")

    assert str(there(slot, "Europe/Berlin")) == "Mon 16 March, 14:00 – 14:30 (Europe/Berlin, UTC+1)"
    assert str(readers_time(slot, slot.time_zone, reader)) == "Mon 16 March, 09:00 – 09:30 (America/New York, UTC−4)"
    assert readers_time(slot, slot.time_zone, Person(time_zone="Europe/Rome")) is None
    assert readers_time(slot, slot.time_zone, Person(time_zone="")) is None
    assert readers_time(slot, slot.time_zone, None) is None
    slot.ends_at = utc(2027, 3, 16, 13)
    assert str(there(slot, "UTC")) == "Mon 16 March, 13:00 – Tue 16 March 2027, 13:00 (UTC)"


# One meeting each: in the weeks when only one of two has changed, over a change, and in odd zones.
ASKED_AT = [
    ("Europe/Berlin", utc(2026, 3, 16, 13)),
    ("America/New_York", utc(2026, 10, 27, 13)),
    ("Europe/Berlin", utc(2026, 3, 29, 0, 30)),
    ("Europe/Berlin", utc(2026, 10, 25, 1, 30)),
    ("Asia/Kathmandu", utc(2026, 6, 1, 13)),
    ("Australia/Lord_Howe", utc(2026, 4, 4, 14, 45)),
]


@pytest.mark.one_database
@pytest.mark.parametrize(("zone", "moment"), ASKED_AT)
def test_two_libraries_read_the_same_instants(travel_to, zone, moment):
    travel_to(utc(2026, 1, 10))
    request = ask(offer(at=moment, time_zone=zone, length=timedelta(hours=2)))

    file = calendar_of(request, request.person)

    (event,) = icalendar.Calendar.from_ical(file).walk("VEVENT")
    read = vobject.readOne(file.decode()).vevent
    for starts_at, ends_at in ((event.DTSTART, event.DTEND), (read.dtstart.value, read.dtend.value)):
        assert (starts_at.astimezone(UTC), ends_at.astimezone(UTC)) == (moment, moment + timedelta(hours=2))
    assert read.uid.value == event["uid"]
    assert read.summary.value == event["summary"]


@pytest.mark.one_database
def test_the_file_says_who_and_where_without_an_address():
    request = ask(office_hour(ExpertFactory(name="Ingrid Solheim", handle="sanfox")), PersonFactory(handle="netowl"))
    file = calendar_of(request, request.person).decode()

    assert "ORGANIZER;CN=Ingrid Solheim:http://127.0.0.1:8000/@sanfox" in file.replace('"', "").replace("\r\n ", "")
    assert "/@netowl" in file.replace("\r\n ", "")
    assert "mailto:" not in file.lower()
    assert "somewhere.example" not in file
    assert "northwind.example" not in file
    assert "quuxroom" not in file
    assert "quuxroom" in calendar_of(request, request.slot.expert).decode()


HOSTILE = "Stand 1\r\nATTENDEE:mailto:eve@evil.example\nX-EVIL;A=1:b,c;d\\n"


@pytest.mark.one_database
def test_no_text_breaks_out_of_its_line():
    request = ask(offer())
    request.slot.title = request.slot.place = HOSTILE
    request.why, request.person.name = HOSTILE, "Eve\r\nATTENDEE:mailto:eve@evil.example"

    file = calendar_of(request, request.person).decode()

    assert not [line for line in file.splitlines() if line.startswith(("ATTENDEE:mailto", "X-EVIL"))]
    (event,) = icalendar.Calendar.from_ical(file).walk("VEVENT")
    assert {name for name, _ in event.property_items()} == EXPECTED
    assert vobject.readOne(file).vevent.location.value.splitlines() == HOSTILE.splitlines()


EXPECTED = {
    *("BEGIN", "END", "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "STATUS", "SUMMARY", "DESCRIPTION"),
    *("LOCATION", "URL", "ORGANIZER", "ATTENDEE"),
}


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("standing", "status", "method"),
    [
        ("asked", "TENTATIVE", "PUBLISH"),
        ("waiting", "TENTATIVE", "PUBLISH"),
        ("proposed", "TENTATIVE", "PUBLISH"),
        ("accepted", "CONFIRMED", "PUBLISH"),
        ("declined", "CANCELLED", "CANCEL"),
        ("withdrawn", "CANCELLED", "CANCEL"),
    ],
)
def test_a_calendar_learns_how_it_stands(standing, status, method):
    request = ask(offer())
    request.standing, request.change = standing, 7

    calendar = icalendar.Calendar.from_ical(calendar_of(request, request.person))

    (event,) = calendar.walk("VEVENT")
    assert (calendar["method"], event["status"], event["sequence"]) == (method, status, 7)
    assert event["uid"] == f"meeting-{request.id}@127.0.0.1"
