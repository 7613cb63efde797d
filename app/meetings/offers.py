"""What experts do with the times they offer. The caller holds the write transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update

from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import RuleBroken
from app.kernel.zones import zone_of
from app.meetings import queries, rules
from app.meetings.models import MeetingRequest, MeetingSlot, Occasion, Standing
from app.meetings.seats import set_standing, take_turns
from app.people.models import Person


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What an expert offers: the occasion, in whose place and words, how long, for how many."""

    occasion: Occasion
    title: str
    time_zone: str
    length: timedelta
    place: str = ""
    call_url: str = ""
    note: str = ""
    capacity: int = 1
    first_come: bool = False


def offer_times(offer: Offer, moments: Sequence[datetime], *, by: Person) -> Sequence[MeetingSlot]:
    """Offer the same at each of these moments. Raises a Refusal, and offers none, where one of them will not do."""
    rules.check_can_offer(by)
    rules.check_weeks(offer.occasion, len(moments))
    take_turns(by.id)
    slots = []
    for starts_at in moments:
        slot = MeetingSlot(expert_id=by.id, starts_at=starts_at)
        _write(slot, offer, starts_at)
        db.session.add(slot)
        db.session.flush()
        slots.append(slot)
    return slots


def change_offer(slot: MeetingSlot, offer: Offer, starts_at: datetime, *, by: Person) -> None:
    """Offer something else in its place. Whoever asked for the time before asks for the new one now."""
    rules.check_is_experts(by, slot)
    take_turns(by.id)
    db.session.refresh(slot)
    rules.check_can_change(slot)
    if queries.is_spoken_for(slot):
        raise RuleBroken("Somebody counts on this time already. Propose another time to them, or withdraw it.")
    _write(slot, offer, starts_at)
    asked = MeetingRequest.slot_id == slot.id, MeetingRequest.standing == Standing.ASKED
    moved = update(MeetingRequest).where(*asked).values(starts_at=slot.starts_at, ends_at=slot.ends_at)
    db.session.execute(moved.values(change=MeetingRequest.change + 1))


def withdraw_offer(slot: MeetingSlot, reason: str, *, by: Person) -> None:
    """Offer it no more. Whoever asked, waits or was to come is told why."""
    rules.check_is_experts(by, slot)
    reason = rules.clean_reason(reason)
    take_turns(by.id)
    db.session.refresh(slot)
    rules.check_can_change(slot)
    _end(slot, reason, by)


def end_offers_of(person: Person) -> None:
    """Withdraw what somebody offers who answers here no more."""
    take_turns(person.id)
    coming = MeetingSlot.expert_id == person.id, MeetingSlot.withdrawn_at.is_(None)
    rows = select(MeetingSlot).where(*coming, MeetingSlot.starts_at > clock.now()).order_by(MeetingSlot.id)
    reason = f"{person.first_name} does not answer here any more."
    for slot in db.session.scalars(rows).all():
        _end(slot, reason, None)
    # What was moved to a later day outlives the time that was on offer.
    theirs = select(MeetingSlot.id).where(MeetingSlot.expert_id == person.id)
    _decline(MeetingRequest.slot_id.in_(theirs), reason, None)


def _end(slot: MeetingSlot, reason: str, by: Person | None) -> None:
    slot.withdrawn_at, slot.withdrawn_because = clock.now(), reason
    _decline(MeetingRequest.slot_id == slot.id, reason, by)
    slot.seats_taken = 0


def _decline(which: ColumnElement[bool], reason: str, by: Person | None) -> None:
    coming = MeetingRequest.standing.in_(rules.NOT_OFF), MeetingRequest.starts_at > clock.now()
    rows = queries.with_slot(select(MeetingRequest)).where(which, *coming).order_by(MeetingRequest.id)
    for request in db.session.scalars(rows).all():
        set_standing(request, Standing.DECLINED, by=by, reason=reason)


def _write(slot: MeetingSlot, offer: Offer, starts_at: datetime) -> None:
    rules.check_time(starts_at)
    rules.check_length(offer.length)
    rules.check_capacity(offer.occasion, offer.capacity)
    ends_at = starts_at + offer.length
    other = queries.experts_conflict(slot.expert_id, starts_at, ends_at, but_slot=slot.id or 0)
    if other:
        day = starts_at.astimezone(zone_of(offer.time_zone))
        raise RuleBroken(f"On {day.day} {day:%B} you have “{other}” at that time already. Choose another time.")
    slot.occasion, slot.time_zone = offer.occasion, offer.time_zone
    slot.title, slot.place = rules.clean_title(offer.title), rules.clean_place(offer.place, offer.occasion)
    slot.call_url = rules.clean_call_url(offer.call_url, offer.occasion)
    slot.note = rules.clean_words(offer.note, rules.LONGEST_NOTE)
    slot.starts_at, slot.ends_at = starts_at, ends_at
    slot.capacity, slot.first_come = offer.capacity, offer.first_come and offer.occasion == Occasion.OFFICE_HOUR
