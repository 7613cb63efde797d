"""Reading meetings: times on offer are for everybody, who asked for them is for the two people involved."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.orm import joinedload

from app.kernel import clock
from app.kernel.db import db
from app.meetings.models import MeetingRequest, MeetingSlot
from app.people.models import Person, PersonRole, Role


def slots_visible_to(viewer: Person | None) -> Select[MeetingSlot]:
    """What experts offer; of what was withdrawn, or is over, only one's own and what one asked for."""
    is_held = MeetingSlot.withdrawn_at.is_(None) & (MeetingSlot.ends_at > clock.now())
    return select(MeetingSlot).where(or_(is_held & MeetingSlot.expert_id.in_(_experts()), _concerns(viewer)))


def requests_visible_to(viewer: Person | None) -> Select[MeetingRequest]:
    """What the viewer asked for, and what they were asked for as an expert: nobody else reads a request."""
    if viewer is None:
        return select(MeetingRequest).where(false())
    own_slots = select(MeetingSlot.id).where(MeetingSlot.expert_id == viewer.id)
    return select(MeetingRequest).where(
        or_(MeetingRequest.person_id == viewer.id, MeetingRequest.slot_id.in_(own_slots))
    )


def open_slots(viewer: Person | None) -> Select[MeetingSlot]:
    """What can still be asked for, without an order."""
    return slots_visible_to(viewer).where(MeetingSlot.withdrawn_at.is_(None), MeetingSlot.starts_at > clock.now())


def open_slots_of(expert: Person, viewer: Person | None, limit: int = 5) -> Sequence[MeetingSlot]:
    """The next times that this expert offers, those without a free seat too, the soonest first."""
    rows = open_slots(viewer).where(MeetingSlot.expert_id == expert.id).options(joinedload(MeetingSlot.expert))
    return db.session.scalars(rows.order_by(MeetingSlot.starts_at, MeetingSlot.id).limit(limit)).all()


def _experts() -> Select[int]:
    held = select(PersonRole.person_id).where(PersonRole.role == Role.EXPERT)
    return select(Person.id).where(Person.id.in_(held), Person.active)


def _concerns(viewer: Person | None) -> ColumnElement[bool]:
    if viewer is None:
        return false()
    asked = select(MeetingRequest.slot_id).where(MeetingRequest.person_id == viewer.id)
    return or_(MeetingSlot.expert_id == viewer.id, MeetingSlot.id.in_(asked))
