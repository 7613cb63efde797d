"""Who may offer a time and who may ask for it, and what may become of a request."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from app.accounts.freemail import is_own_domain
from app.kernel import clock
from app.kernel.errors import NotAllowed, RuleBroken
from app.kernel.settings import settings
from app.meetings.models import MeetingRequest, MeetingSlot, Occasion, Standing
from app.people.models import Person
from app.people.rules import clean_line

MOST_SEATS = {Occasion.TRADE_SHOW: 10, Occasion.BRIEFING: 10, Occasion.OFFICE_HOUR: 100}
MOST_WEEKS = 26
SHORTEST, LONGEST = timedelta(minutes=10), timedelta(hours=8)
FURTHEST = timedelta(days=366)
LONGEST_TITLE = 120
LONGEST_PLACE = 200
LONGEST_CALL_URL = 300
LONGEST_NOTE = 500
SHORTEST_WHY, LONGEST_WHY = 10, 500
LONGEST_REASON = 300
LONGEST_OUTCOME = 1_000
REMINDER_BEFORE = timedelta(hours=24)

# As long as it stands like this nobody has called it off, and its time is spoken for; what is agreed stays agreed.
NOT_OFF = (Standing.ASKED, Standing.WAITING, Standing.PROPOSED, Standing.ACCEPTED)
# What somebody may have in their calendar.
IN_CALENDARS = (Standing.PROPOSED, Standing.ACCEPTED)
ONLY_MEMBERS = "Only members ask for a meeting. Whoever works here, in sales too, comes along when a member says so."
HAS_PASSED = "This time has passed, so nothing can be changed about it."


def may_offer(person: Person | None) -> bool:
    """Only who answers under a handle of their own is somebody one meets here."""
    return person is not None and person.is_expert


def check_can_offer(person: Person) -> None:
    if not may_offer(person):
        raise NotAllowed("Only experts offer times to meet them.")


def may_ask(person: Person | None) -> bool:
    """True for members with a confirmed address. Nobody who works for the company begins a meeting."""
    return person is not None and not _works_here(person) and person.confirmed_at is not None


def _works_here(person: Person) -> bool:
    return person.is_employee or is_own_domain(person.email_domain or "", settings().company_domains)


def check_can_ask(person: Person, slot: MeetingSlot) -> None:
    """Raise a Refusal unless this person may ask for this time; `slot` comes with its expert."""
    if _works_here(person):
        raise NotAllowed(ONLY_MEMBERS)
    if person.confirmed_at is None:
        raise NotAllowed("Confirm your address first; the link is in the letter that we sent you.")
    if slot.withdrawn_at is not None or not may_offer(slot.expert) or not slot.expert.active:
        raise RuleBroken(f"{slot.expert.first_name} does not offer this time any more. Choose another one.")
    if slot.starts_at <= clock.now():
        raise RuleBroken("This time has passed. Choose another one.")
    if is_taken(slot):
        raise RuleBroken("Somebody has taken this time meanwhile. Choose another one.")


def is_full(slot: MeetingSlot) -> bool:
    return slot.seats_taken >= slot.capacity


def is_taken(slot: MeetingSlot) -> bool:
    """True where nobody else can have a seat or wait for one."""
    return is_full(slot) and not has_waiting_list(slot)


def has_waiting_list(slot: MeetingSlot) -> bool:
    """Office hours have one; at a stand or in a centre a time that is taken is taken."""
    return slot.occasion == Occasion.OFFICE_HOUR


def check_is_experts(person: Person, slot: MeetingSlot) -> None:
    if person.id != slot.expert_id:
        raise NotAllowed("Only the expert who offers this time can do this.")


def check_can_accept(person: Person, request: MeetingRequest) -> None:
    """Raise a Refusal unless this person may say yes to the request; it comes with its slot."""
    check_is_experts(person, request.slot)
    check_is_open(request, Standing.ASKED)
    if is_taken(request.slot):
        raise RuleBroken("You have given this time to somebody already. Propose another one, or decline.")


def check_is_members(person: Person, request: MeetingRequest) -> None:
    if person.id != request.person_id:
        raise NotAllowed("Only the member who asked can do this.")


def check_is_open(request: MeetingRequest, *standings: Standing) -> None:
    """Raise RuleBroken unless it stands like one of these (NOT_OFF, if none is named) and has not begun."""
    if request.standing not in (standings or NOT_OFF):
        raise RuleBroken("This has been decided meanwhile. Open the page again to see how it stands.")
    if has_begun(request):
        raise RuleBroken(HAS_PASSED)


def has_begun(request: MeetingRequest) -> bool:
    return request.starts_at <= clock.now()


def is_over(request: MeetingRequest) -> bool:
    """True for a meeting that was agreed and whose time is over."""
    return request.standing == Standing.ACCEPTED and request.ends_at <= clock.now()


def check_is_over(request: MeetingRequest) -> None:
    if not is_over(request):
        raise RuleBroken("This is for afterwards: once you have met, say here what came of it.")


def check_can_change(slot: MeetingSlot) -> None:
    """Raise RuleBroken for a time that is withdrawn or has begun."""
    if slot.withdrawn_at is not None:
        raise RuleBroken("You have withdrawn this time already.")
    if slot.starts_at <= clock.now():
        raise RuleBroken(HAS_PASSED)


def check_time(starts_at: datetime) -> None:
    """Raise RuleBroken for a time that has passed, or that is too far off to be meant."""
    if starts_at <= clock.now():
        raise RuleBroken("This time has passed. Offer one that is still to come.")
    if starts_at > clock.now() + FURTHEST:
        raise RuleBroken("That is more than a year from now. Offer it when it is nearer.")


def check_length(length: timedelta) -> None:
    if not SHORTEST <= length <= LONGEST:
        raise RuleBroken("A meeting takes between 10 minutes and 8 hours.")


def check_weeks(occasion: Occasion, weeks: int) -> None:
    if weeks > 1 and occasion != Occasion.OFFICE_HOUR:
        raise RuleBroken("Only an office hour comes again every week. Offer the others one by one.")
    if not 1 <= weeks <= MOST_WEEKS:
        raise RuleBroken(f"Offer between 1 and {MOST_WEEKS} weeks at a time.")


def check_capacity(occasion: Occasion, capacity: int) -> None:
    most = MOST_SEATS[occasion]
    if not 1 <= capacity <= most:
        raise RuleBroken(f"Offer between 1 and {most} seats here.")


def clean_title(title: str) -> str:
    """What the meeting is about, or where, in one line. Raises RuleBroken when it is missing or too long."""
    title = clean_line(title.replace("\0", ""))
    if not 3 <= len(title) <= LONGEST_TITLE:
        raise RuleBroken(f"Give it a name of 3 to {LONGEST_TITLE} letters, such as “Data Centre Days, Utrecht”.")
    return title


def clean_place(place: str, occasion: Occasion) -> str:
    """Where one meets. Raises RuleBroken when it is missing or too long; on line there is none."""
    if occasion == Occasion.OFFICE_HOUR:
        return ""
    place = clean_line(place.replace("\0", ""))
    if not place or len(place) > LONGEST_PLACE:
        raise RuleBroken(f"Say in {LONGEST_PLACE} letters where one finds you: town, hall and stand, or the address.")
    return place


def clean_call_url(address: str, occasion: Occasion) -> str:
    """Where the call is. Raises RuleBroken unless it is an https address without a name and password in it."""
    if occasion != Occasion.OFFICE_HOUR:
        return ""
    address = address.strip()
    try:
        parts = urlsplit(address)
        is_fit = parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        is_fit = False
    if not is_fit or len(address) > LONGEST_CALL_URL or not re.fullmatch(r"[!-~]+", address):
        raise RuleBroken("Enter the address of the call as your browser shows it; it begins with https://.")
    return address


def clean_words(words: str, longest: int) -> str:
    """Somebody's words in one paragraph. Raises RuleBroken when they are too long."""
    words = clean_line(words.replace("\0", ""))
    if len(words) > longest:
        raise RuleBroken(f"Keep it to {longest:,} letters.")
    return words


def clean_why(why: str) -> str:
    """Why somebody wants to meet. Raises RuleBroken when that is missing, too short or too long."""
    why = clean_words(why, LONGEST_WHY)
    if len(why) < SHORTEST_WHY:
        raise RuleBroken("Say in a sentence what you want to talk about, so that the expert can prepare.")
    return why


def clean_reason(reason: str) -> str:
    """Why somebody says no. Raises RuleBroken when that is missing or too long."""
    reason = clean_words(reason, LONGEST_REASON)
    if not reason:
        raise RuleBroken("Say in a few words why; whoever asked reads it.")
    return reason
