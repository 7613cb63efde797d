"""Times to meet, and requests for them, made by the same actions as on the site."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from app.kernel import clock
from app.kernel.db import db, write
from app.meetings import actions
from app.meetings.models import MeetingRequest, MeetingSlot, Occasion
from app.meetings.offers import Offer, change_offer, offer_times
from app.meetings.queries import with_expert, with_slot
from app.people.models import Person
from tests.support.factories import ExpertFactory, PersonFactory

WHY = "Our replicas stall every night, and nobody here knows why."
HOUR = timedelta(hours=1)


def offer(by: Person | None = None, *, at: datetime | None = None, **changes: Any) -> MeetingSlot:
    """A time that an expert offers at a trade show in two days, or as `changes` say."""
    expert: Any = by or ExpertFactory()
    with write():
        (slot,) = offer_times(an_offer(**changes), [at or clock.now() + timedelta(days=2)], by=expert)
    return slot_of(slot.id)


def an_offer(**changes: Any) -> Offer:
    """What an expert may offer at a stand."""
    fields = {
        "occasion": Occasion.TRADE_SHOW,
        "title": "Data Centre Days, Utrecht",
        "time_zone": "Europe/Amsterdam",
        "length": HOUR / 2,
        "place": "Hall 2, stand 14",
    }
    return Offer(**{**fields, **changes})


def office_hour(by: Person | None = None, *, at: datetime | None = None, **changes: Any) -> MeetingSlot:
    """An hour on line, for two unless `changes` say otherwise."""
    fields = {
        "occasion": Occasion.OFFICE_HOUR,
        "title": "Ask me about replication",
        "place": "",
        "call_url": "https://call.example/quuxroom",
        "length": HOUR,
        "capacity": 2,
    }
    return offer(by, at=at, **{**fields, **changes})


def move(slot: MeetingSlot, to: datetime) -> None:
    """The expert offers their time at a stand at another moment."""
    with write():
        slot = slot_of(slot.id)
        change_offer(slot, an_offer(capacity=slot.capacity), to, by=slot.expert)


def ask(slot: MeetingSlot, by: Person | None = None, why: str = WHY) -> MeetingRequest:
    """A member asks for a time."""
    member: Any = by or PersonFactory()
    slot_id, person_id = slot.id, member.id
    with write():
        request = actions.ask_to_meet(slot_of(slot_id), why, by=db.session.get_one(Person, person_id))
    return request_of(request.id)


def do(request: MeetingRequest, deed: Any, *given: Any) -> MeetingRequest:
    """The expert or the member, whoever's `deed` it is, does it."""
    number = request.id
    with write():
        request = request_of(number)
        experts = {actions.accept, actions.decline, actions.propose}
        deed(request, *given, by=request.slot.expert if deed in experts else request.person)
    return request_of(number)


def slot_of(number: int) -> MeetingSlot:
    """The slot, as it stands, with its expert."""
    rows = with_expert(db.select(MeetingSlot).where(MeetingSlot.id == number))
    return db.session.scalars(rows.execution_options(populate_existing=True)).one()


def request_of(number: int) -> MeetingRequest:
    """The request, as it stands, with all that belongs to it."""
    rows = with_slot(db.select(MeetingRequest).where(MeetingRequest.id == number))
    return db.session.scalars(rows.execution_options(populate_existing=True)).one()


def utc(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[misc, arg-type]


def wall(*when: int) -> datetime:
    """What a clock on some wall shows, without saying where."""
    return utc(*when).replace(tzinfo=None)
