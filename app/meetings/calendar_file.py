"""One meeting as an iCalendar file (RFC 5545), for the two people who meet and nobody else."""

from __future__ import annotations

from urllib.parse import urlsplit

from icalendar import Calendar, Event, vCalAddress, vText, vUri

from app.kernel import clock
from app.kernel.settings import settings
from app.kernel.zones import offset_words, zone_of, zone_words
from app.meetings.models import MeetingRequest, Standing
from app.meetings.rules import NOT_OFF
from app.people.models import Person

PRODUCT = "-//Firsthand//Meetings//EN"


def calendar_of(request: MeetingRequest, reader: Person) -> bytes:
    """The file for `reader`, one of the two. `request` comes with its slot, the expert and the member.

    Times are in UTC: every calendar shows them in its owner's own zone, and no two can differ about the rules of a
    third. People are named by the address of their page here, never by an e-mail address.
    """
    is_on = request.standing in NOT_OFF
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH" if is_on else "CANCEL")
    calendar.add_component(_event(request, reader))
    return calendar.to_ical()


def address_of(request: MeetingRequest) -> str:
    """Where both read about the meeting."""
    return f"{settings().base_url}/meetings/{request.id}"


def _event(request: MeetingRequest, reader: Person) -> Event:
    slot, event = request.slot, Event()
    event.add("uid", f"meeting-{request.id}@{urlsplit(settings().base_url).hostname}")
    event.add("sequence", request.change)
    event.add("dtstamp", clock.now())
    event.add("dtstart", request.starts_at)
    event.add("dtend", request.ends_at)
    event.add("status", _status(request))
    event.add("summary", f"{slot.title}: {slot.expert.name} and {request.person.name}")
    event.add("description", _description(request))
    place = slot.place or (slot.call_url if may_read_call(request, reader) else "")
    if place:
        event.add("location", place)
    event.add("url", vUri(address_of(request)))
    event.add("organizer", _named(slot.expert), encode=False)
    event.add("attendee", _named(request.person), encode=False)
    return event


def may_read_call(request: MeetingRequest, reader: Person | None) -> bool:
    """The address of a call is for the expert, and for a member who has a seat."""
    if reader is None:
        return False
    has_seat = reader.id == request.person_id and request.standing == Standing.ACCEPTED
    return has_seat or reader.id == request.slot.expert_id


def _status(request: MeetingRequest) -> str:
    if request.standing not in NOT_OFF:
        return "CANCELLED"
    return "CONFIRMED" if request.standing == Standing.ACCEPTED else "TENTATIVE"


def _description(request: MeetingRequest) -> str:
    zone = zone_of(request.slot.time_zone)
    there = request.starts_at.astimezone(zone)
    when = f"{there:%H:%M} on {there.day} {there:%B %Y} in {zone_words(zone)} ({offset_words(there, zone)})"
    return f"{request.why}\n\nBegins at {when}.\n{address_of(request)}"


def _named(person: Person) -> vCalAddress:
    named = vCalAddress(f"{settings().base_url}/@{person.handle}")
    named.params["cn"] = vText(person.name)
    return named
