"""What letters about a meeting say. Whether it still stands like that is asked again as each is composed."""

from __future__ import annotations

from collections.abc import Callable

from app.jobs.wording import Words
from app.kernel.db import db
from app.kernel.settings import settings
from app.meetings.calendar_file import calendar_of, may_read_call
from app.meetings.models import MeetingRequest, Standing
from app.meetings.queries import requests_visible_to, with_slot
from app.meetings.spoken import readers_time, there
from app.people.letters import Leased, LetterKind
from app.people.models import Person

DEED = "Look at the meeting"
WHY = "You get this because you meet somebody through {site}. Once it is over or off, nothing more comes."
# How a request must stand for the letter to say something true.
STANDS = {
    LetterKind.MEETING_AGREED: (Standing.ACCEPTED,),
    LetterKind.MEETING_CHANGED: (Standing.PROPOSED, Standing.ASKED),
    LetterKind.MEETING_OFF: (Standing.DECLINED, Standing.WITHDRAWN),
    LetterKind.MEETING_SOON: (Standing.ACCEPTED,),
}


def _words(leased: Leased) -> Words | None:
    """The letter for one of the two; None once something else is true, of which another letter tells."""
    reader = leased.person
    rows = with_slot(requests_visible_to(reader)).where(MeetingRequest.id == leased.details["meeting"])
    request = db.session.scalar(rows)
    if request is None or request.change != leased.details["change"] or request.standing not in STANDS[leased.kind]:
        return None
    subject, first = _news(leased.kind, request, reader)
    return Words(
        subject=subject,
        paragraphs=(first, *_facts(request, reader)),
        deed=DEED,
        path=f"/meetings/{request.id}",
        why=WHY.format(site=settings().site_name),
        calendar=calendar_of(request, reader),
    )


def _news(kind: LetterKind, request: MeetingRequest, reader: Person) -> tuple[str, str]:
    """The subject and the first sentence."""
    other = request.slot.expert if reader.id == request.person_id else request.person
    name, title = other.name, request.slot.title
    if kind == LetterKind.MEETING_AGREED:
        return f"You meet {name}", f"You and {name} meet: {title}."
    if kind == LetterKind.MEETING_SOON:
        return f"You meet {name} within a day", f"In a day from now or less, you and {name} meet: {title}."
    if kind == LetterKind.MEETING_OFF:
        return f"You do not meet {name}", f"The meeting with {name} does not take place: {title}."
    if request.standing == Standing.ASKED:
        return f"Another time with {name}", f"The proposed time does not suit. You have to find another one: {title}."
    if reader.id == request.person_id:
        return f"{name} proposes another time", f"{name} proposes another time for “{title}”. Say whether it suits you."
    return f"You proposed another time to {name}", f"You proposed another time to {name} for “{title}”."


def _facts(request: MeetingRequest, reader: Person) -> tuple[str, ...]:
    """When, where, and the words that somebody said to it."""
    slot = request.slot
    own = readers_time(request, slot.time_zone, reader)
    facts = [f"When: {there(request, slot.time_zone)}"]
    if own is not None:
        facts.append(f"On your clocks: {own}")
    if slot.place:
        facts.append(f"Where: {slot.place}")
    elif request.standing == Standing.ACCEPTED and may_read_call(request, reader):
        facts.append(f"Where: {slot.call_url}")
    if request.reason:
        facts.append("What was said to it stands on the page.")
    return tuple(facts)


MEETING_WORDS: dict[LetterKind, Callable[[Leased], Words | None]] = dict.fromkeys(STANDS, _words)
