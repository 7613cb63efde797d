"""Who has a seat at a time, and who waits for one. The caller holds the turns there (see `take_turns_at`)."""

from __future__ import annotations

from sqlalchemy import Select, select

from app.kernel import clock
from app.kernel.counters import recount
from app.kernel.db import db
from app.kernel.events import record
from app.kernel.turns import take_turn
from app.meetings import rules
from app.meetings.counters import COUNTERS
from app.meetings.events import MeetingChanged
from app.meetings.models import MeetingRequest, MeetingSlot, Standing
from app.meetings.queries import is_elsewhere, with_slot
from app.meetings.rules import REMINDER_BEFORE
from app.people.letters import LetterKind, write_letter
from app.people.models import Person


def take_turns(*person_ids: int) -> None:
    """Wait for whoever else arranges what these experts offer. To be taken before anything is read that counts.

    Always in the same order, so that no two wait for each other.
    """
    for person_id in sorted(set(person_ids)):
        take_turn("meetings", person_id)


def take_turns_at(*slots: MeetingSlot, member_id: int) -> None:
    """Wait for whoever else arranges these times, or the days of anybody who may have a seat there by this deed.

    Those are the member and whoever waits. All experts come before all members, so that no two wait for each other;
    and nobody begins or ceases to wait without the turn of the expert, so that the list holds once that is taken.
    """
    take_turns(*(slot.expert_id for slot in slots))
    here = MeetingRequest.slot_id.in_([slot.id for slot in slots]), MeetingRequest.standing == Standing.WAITING
    waiting = db.session.scalars(select(MeetingRequest.person_id).where(*here))
    for person_id in sorted({member_id, *waiting}):
        take_turn("days of members", person_id)


def set_standing(request: MeetingRequest, standing: Standing, *, by: Person | None, reason: str = "") -> None:
    """Let a request stand like this from now on, and tell of it; `by` is None where it came by itself."""
    before = request.standing
    now = clock.now()
    request.standing, request.reason = standing, reason
    request.decided_at, request.decided_by_id = now, by.id if by else None
    request.change += 1
    # Whoever agrees a day before needs no reminder.
    is_near = standing == Standing.ACCEPTED and request.starts_at <= now + REMINDER_BEFORE
    request.reminded_at = now if is_near else None
    db.session.flush()
    record(MeetingChanged(request_id=request.id))
    letter = _letter(before, standing)
    if letter is not None:
        write_to_both(request, letter)


def write_to_both(request: MeetingRequest, kind: LetterKind) -> None:
    """Let the expert and the member have a letter about the request as it stands now."""
    details = {"meeting": request.id, "change": request.change}
    for person in (request.slot.expert, request.person):
        write_letter(person, kind, details=details)


def count_seats(slot: MeetingSlot) -> None:
    """Count who has a seat at this very time, and give free ones to those who have waited longest.

    Whoever has agreed to be elsewhere by now is passed over, and goes on waiting.
    """
    recount(COUNTERS, slot.id)
    db.session.refresh(slot, ("seats_taken",))
    if slot.withdrawn_at is not None or slot.starts_at <= clock.now():
        return
    for request in db.session.scalars(_waiting(slot).limit(max(0, slot.capacity - slot.seats_taken))).all():
        set_standing(request, Standing.ACCEPTED, by=None)
        slot.seats_taken += 1
    db.session.flush()


def seat_or_wait(request: MeetingRequest, *, by: Person | None) -> None:
    """Give the member a seat, or a place in the waiting list where all seats are taken."""
    is_full = rules.is_full(request.slot)
    set_standing(request, Standing.WAITING if is_full else Standing.ACCEPTED, by=by)
    count_seats(request.slot)


def _letter(before: str, standing: Standing) -> LetterKind | None:
    """What is written about this change, if anything: a mere question and its answer are in the inbox."""
    if standing == Standing.ACCEPTED:
        return LetterKind.MEETING_AGREED
    if standing == Standing.PROPOSED:
        return LetterKind.MEETING_CHANGED
    if before not in rules.IN_CALENDARS:
        return None
    return LetterKind.MEETING_CHANGED if standing == Standing.ASKED else LetterKind.MEETING_OFF


def _waiting(slot: MeetingSlot) -> Select[MeetingRequest]:
    waiting = MeetingRequest.slot_id == slot.id, MeetingRequest.standing == Standing.WAITING
    here = with_slot(select(MeetingRequest)).join(Person, Person.id == MeetingRequest.person_id)
    return here.where(*waiting, Person.active, ~is_elsewhere()).order_by(MeetingRequest.decided_at, MeetingRequest.id)
