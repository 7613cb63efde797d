"""What members and experts do about one meeting. The caller holds the write transaction."""

from __future__ import annotations

from datetime import datetime

from app.accounts.queries import account_of
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import RuleBroken
from app.kernel.events import record
from app.meetings import queries, rules
from app.meetings.events import MeetingChanged, MeetingCounted
from app.meetings.models import MeetingRequest, MeetingSlot, Standing
from app.meetings.seats import count_seats, seat_or_wait, set_standing, take_turns_at, write_to_both
from app.people.letters import LetterKind
from app.people.models import Person


def ask_to_meet(slot: MeetingSlot, why: str, *, by: Person) -> MeetingRequest:
    """Ask for a time, with a sentence why; `slot` comes with its expert.

    Where whoever comes first has a seat, that is all; otherwise the expert says yes or no.
    """
    rules.check_can_ask(by, slot)
    why = rules.clean_why(why)
    take_turns_at(slot, member_id=by.id)
    db.session.refresh(slot)
    rules.check_can_ask(by, slot)
    if queries.request_for(slot, by) is not None:
        raise RuleBroken("You have asked for this time before. Look at “Your meetings” for what became of it.")
    _check_is_free(by.id, slot.starts_at, slot.ends_at)
    account = account_of(by)
    request = MeetingRequest(slot_id=slot.id, person_id=by.id, account_id=account.id if account else None, why=why)
    request.starts_at, request.ends_at = slot.starts_at, slot.ends_at
    request.slot, request.person = slot, by
    db.session.add(request)
    db.session.flush()
    if slot.first_come:
        seat_or_wait(request, by=None)
    else:
        record(MeetingChanged(request_id=request.id))
    return request


def accept(request: MeetingRequest, *, by: Person) -> None:
    """The expert says yes: to a seat, or to a place in the waiting list of an office hour that is full."""
    _take_turns_as_expert(request, by)
    rules.check_can_accept(by, request)
    if queries.is_member_elsewhere(request):
        name = request.person.first_name
        raise RuleBroken(f"{name} has agreed to another meeting at that time by now. Propose another time, or decline.")
    seat_or_wait(request, by=by)


def propose(request: MeetingRequest, starts_at: datetime, words: str, *, by: Person) -> None:
    """The expert proposes another time, of the same length; the member says whether it will do."""
    words = rules.clean_words(words, rules.LONGEST_REASON)
    _take_turns_as_expert(request, by)
    rules.check_is_open(request)
    rules.check_time(starts_at)
    ends_at = starts_at + (request.slot.ends_at - request.slot.starts_at)
    other = queries.experts_conflict(by.id, starts_at, ends_at, but_request=request.id)
    if other:
        raise RuleBroken(f"You offer “{other}” at that time already. Choose another time.")
    request.starts_at, request.ends_at = starts_at, ends_at
    set_standing(request, Standing.PROPOSED, by=by, reason=words)
    count_seats(request.slot)


def decline(request: MeetingRequest, reason: str, *, by: Person) -> None:
    """The expert says no, or cannot come after all; the member reads why."""
    reason = rules.clean_reason(reason)
    _take_turns_as_expert(request, by)
    rules.check_is_open(request)
    set_standing(request, Standing.DECLINED, by=by, reason=reason)
    count_seats(request.slot)


def agree(request: MeetingRequest, *, by: Person) -> None:
    """The member takes the time that the expert proposed."""
    _take_turns_as_member(request, by)
    rules.check_is_open(request, Standing.PROPOSED)
    _check_is_free(by.id, request.starts_at, request.ends_at, but_request=request.id)
    set_standing(request, Standing.ACCEPTED, by=by)


def refuse(request: MeetingRequest, *, by: Person) -> None:
    """The proposed time does not suit the member: they ask for the first one again, if they still can."""
    _take_turns_as_member(request, by)
    rules.check_is_open(request, Standing.PROPOSED)
    first = request.slot.starts_at, request.slot.ends_at
    is_free = queries.members_conflict(by.id, *first, but_request=request.id) is None
    request.starts_at, request.ends_at = first
    can_ask = is_free and request.slot.starts_at > clock.now()
    set_standing(request, Standing.ASKED if can_ask else Standing.WITHDRAWN, by=by)


def withdraw(request: MeetingRequest, *, by: Person) -> None:
    """The member does not come. A seat that is free by that goes to whoever has waited longest."""
    _take_turns_as_member(request, by)
    rules.check_is_open(request)
    set_standing(request, Standing.WITHDRAWN, by=by)
    count_seats(request.slot)


def withdraw_all_of(person: Person) -> None:
    """Withdraw whatever a member has still asked for, and give their seats to those who wait."""
    coming = queries.open_requests_of(person)
    take_turns_at(*(request.slot for request in coming), member_id=person.id)
    for request in coming:
        _read_again(request)
        if request.standing in rules.NOT_OFF:
            set_standing(request, Standing.WITHDRAWN, by=person)
            count_seats(request.slot)


def remind(request: MeetingRequest) -> None:
    """Tell both that it is near, by a letter and in the inbox."""
    request.reminded_at = clock.now()
    write_to_both(request, LetterKind.MEETING_SOON)
    record(MeetingChanged(request_id=request.id))


def note_outcome(request: MeetingRequest, words: str, *, by: Person) -> None:
    """Write down what came of it, each in their own words. Both read both notes, and nobody else does."""
    rules.check_is_over(request)
    words = rules.clean_words(words, rules.LONGEST_OUTCOME)
    if by.id == request.person_id:
        request.member_note = words
    else:
        request.expert_note = words


def let_count(request: MeetingRequest, *, by: Person, counts: bool) -> None:
    """The member lets the meeting count for the company they belonged to on that day, or takes that back."""
    rules.check_is_members(by, request)
    rules.check_is_over(request)
    if by.is_employee:
        raise RuleBroken("You work here, so there is no customer for whom this could count.")
    request.counted_at = (request.counted_at or clock.now()) if counts else None
    record(MeetingCounted(request_id=request.id))


def _take_turns_as_expert(request: MeetingRequest, by: Person) -> None:
    rules.check_is_experts(by, request.slot)
    take_turns_at(request.slot, member_id=request.person_id)
    _read_again(request)


def _take_turns_as_member(request: MeetingRequest, by: Person) -> None:
    rules.check_is_members(by, request)
    take_turns_at(request.slot, member_id=by.id)
    _read_again(request)


def _read_again(request: MeetingRequest) -> None:
    """What was read before one's turn came may have been changed by whoever had it."""
    columns = ("standing", "starts_at", "ends_at", "change", "decided_at", "reminded_at")
    db.session.refresh(request, columns)
    db.session.refresh(request.slot, ("seats_taken", "capacity", "starts_at", "ends_at", "withdrawn_at", "occasion"))


def _check_is_free(person_id: int, starts_at: datetime, ends_at: datetime, *, but_request: int = 0) -> None:
    other = queries.members_conflict(person_id, starts_at, ends_at, but_request=but_request)
    if other is not None:
        stands = "You have" if other.standing == Standing.ACCEPTED else "You have asked for"
        raise RuleBroken(f"{stands} “{other.slot.title}” at that time. Withdraw from it first, if this is better.")
