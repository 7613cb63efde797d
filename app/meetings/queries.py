"""Reading meetings: times on offer are for everybody, who asked for them is for the two people involved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from app.kernel import clock
from app.kernel.db import db
from app.kernel.paging import Page, page_of
from app.meetings.models import MeetingRequest, MeetingSlot, Standing
from app.meetings.rules import NOT_OFF, REMINDER_BEFORE
from app.people.models import Person, PersonRole, Role

SHOWN_AT_ONCE = 100


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


def with_slot(rows: Select[MeetingRequest]) -> Select[MeetingRequest]:
    """`rows` with all that a page or a calendar says of a request."""
    return rows.options(
        joinedload(MeetingRequest.person), joinedload(MeetingRequest.slot).joinedload(MeetingSlot.expert)
    )


def with_expert(rows: Select[MeetingSlot]) -> Select[MeetingSlot]:
    """`rows` with whoever offers them."""
    return rows.options(joinedload(MeetingSlot.expert))


def open_slots(viewer: Person | None) -> Select[MeetingSlot]:
    """What is on offer and has not begun, times without a free seat too, without an order."""
    held = MeetingSlot.withdrawn_at.is_(None), MeetingSlot.starts_at > clock.now()
    return slots_visible_to(viewer).where(*held, MeetingSlot.expert_id.in_(_experts()))


def open_slots_page(viewer: Person | None, *, occasion: str, expert: str, after: str | None) -> Page[MeetingSlot]:
    """One page of them, the soonest first: all, or those of one occasion and one expert (a handle)."""
    rows = with_expert(open_slots(viewer))
    if occasion:
        rows = rows.where(MeetingSlot.occasion == occasion)
    if expert:
        rows = rows.where(MeetingSlot.expert_id.in_(select(Person.id).where(func.lower(Person.handle) == expert)))
    return page_of(rows, by=(MeetingSlot.starts_at, MeetingSlot.id), after=after, ascending=True)


def open_slots_of(expert: Person, viewer: Person | None, limit: int = 5) -> Sequence[MeetingSlot]:
    """The next times that this expert offers, those without a free seat too, the soonest first."""
    rows = with_expert(open_slots(viewer)).where(MeetingSlot.expert_id == expert.id)
    return db.session.scalars(rows.order_by(MeetingSlot.starts_at, MeetingSlot.id).limit(limit)).all()


def request_for(slot: MeetingSlot, person: Person | None) -> MeetingRequest | None:
    """What this person asked for at this time, whatever became of it."""
    if person is None:
        return None
    rows = requests_visible_to(person).where(MeetingRequest.person_id == person.id, MeetingRequest.slot_id == slot.id)
    return db.session.scalar(with_slot(rows))


def requests_at(slot: MeetingSlot, viewer: Person | None) -> Sequence[MeetingRequest]:
    """Who asked for this time, in the order in which they did, as far as the viewer may read it."""
    rows = with_slot(requests_visible_to(viewer)).where(MeetingRequest.slot_id == slot.id)
    return db.session.scalars(rows.order_by(MeetingRequest.asked_at, MeetingRequest.id)).all()


def own_slots(expert: Person) -> Sequence[MeetingSlot]:
    """The next times that somebody offers, the soonest first."""
    mine = MeetingSlot.expert_id == expert.id, MeetingSlot.withdrawn_at.is_(None), MeetingSlot.starts_at > clock.now()
    rows = select(MeetingSlot).where(*mine).order_by(MeetingSlot.starts_at, MeetingSlot.id).limit(SHOWN_AT_ONCE)
    return db.session.scalars(rows).all()


def waiting_for(person: Person) -> Sequence[MeetingRequest]:
    """What waits for a word of this person: as an expert what was asked, as a member what was proposed."""
    theirs = MeetingRequest.person_id == person.id
    asked = and_(~theirs, MeetingRequest.standing == Standing.ASKED)
    proposed = and_(theirs, MeetingRequest.standing == Standing.PROPOSED)
    return _coming(person, or_(asked, proposed))


def coming_up(person: Person) -> Sequence[MeetingRequest]:
    """What was agreed, and what waits for the other one, the soonest first."""
    theirs = MeetingRequest.person_id == person.id
    asked = and_(theirs, MeetingRequest.standing == Standing.ASKED)
    proposed = and_(~theirs, MeetingRequest.standing == Standing.PROPOSED)
    settled = MeetingRequest.standing.in_([Standing.ACCEPTED, Standing.WAITING])
    return _coming(person, or_(settled, asked, proposed))


def _coming(person: Person, condition: ColumnElement[bool]) -> Sequence[MeetingRequest]:
    rows = with_slot(requests_visible_to(person)).where(MeetingRequest.ends_at > clock.now(), condition)
    return db.session.scalars(rows.order_by(MeetingRequest.starts_at, MeetingRequest.id).limit(SHOWN_AT_ONCE)).all()


def earlier_page(person: Person, after: str | None) -> Page[MeetingRequest]:
    """What is over or came to nothing, the latest first."""
    done = or_(MeetingRequest.ends_at <= clock.now(), MeetingRequest.standing.not_in(NOT_OFF))
    rows = with_slot(requests_visible_to(person)).where(done)
    return page_of(rows, by=(MeetingRequest.starts_at, MeetingRequest.id), after=after)


def is_spoken_for(slot: MeetingSlot) -> bool:
    """True where somebody has a seat, or waits for one."""
    taken = MeetingRequest.standing.in_([Standing.ACCEPTED, Standing.WAITING])
    return bool(db.session.scalar(select(exists().where(MeetingRequest.slot_id == slot.id, taken))))


def experts_conflict(
    expert_id: int, starts_at: datetime, ends_at: datetime, *, but_slot: int = 0, but_request: int = 0
) -> str:
    """What the expert offers or has agreed to in this time, by its title; "" for nothing."""
    mine = MeetingSlot.expert_id == expert_id, MeetingSlot.withdrawn_at.is_(None)
    slots = select(MeetingSlot.title).where(
        *mine, MeetingSlot.id != but_slot, _overlaps(MeetingSlot, starts_at, ends_at)
    )
    # At their own time, requests lie within a slot that was found already.
    moved = (
        select(MeetingSlot.title)
        .join(MeetingRequest, MeetingRequest.slot_id == MeetingSlot.id)
        .where(*mine, MeetingRequest.id != but_request, MeetingRequest.starts_at != MeetingSlot.starts_at)
        .where(MeetingRequest.standing.in_([Standing.PROPOSED, Standing.ACCEPTED]))
        .where(_overlaps(MeetingRequest, starts_at, ends_at))
    )
    return db.session.scalar(slots.limit(1)) or db.session.scalar(moved.limit(1)) or ""


def members_conflict(
    person_id: int, starts_at: datetime, ends_at: datetime, *, but_request: int = 0
) -> MeetingRequest | None:
    """What else the member has asked for, or agreed to, in this time."""
    rows = select(MeetingRequest).join(MeetingRequest.slot).options(contains_eager(MeetingRequest.slot))
    rows = rows.where(MeetingRequest.person_id == person_id, MeetingRequest.standing.in_(NOT_OFF))
    rows = rows.where(MeetingRequest.id != but_request, _overlaps(MeetingRequest, starts_at, ends_at))
    return db.session.scalar(rows.limit(1))


def is_elsewhere() -> ColumnElement[bool]:
    """Of a request: that its member has agreed to another meeting in its time."""
    other = aliased(MeetingRequest)
    theirs = other.person_id == MeetingRequest.person_id, other.id != MeetingRequest.id
    overlaps = and_(other.starts_at < MeetingRequest.ends_at, other.ends_at > MeetingRequest.starts_at)
    return exists().where(*theirs, other.standing == Standing.ACCEPTED, overlaps)


def is_member_elsewhere(request: MeetingRequest) -> bool:
    """True where the member has agreed to another meeting in the time of this one."""
    return bool(db.session.scalar(select(MeetingRequest.id).where(MeetingRequest.id == request.id, is_elsewhere())))


def open_requests_of(person: Person) -> Sequence[MeetingRequest]:
    """What somebody has asked for that is still to come."""
    theirs = MeetingRequest.person_id == person.id, MeetingRequest.standing.in_(NOT_OFF)
    rows = with_slot(select(MeetingRequest)).where(*theirs, MeetingRequest.starts_at > clock.now())
    return db.session.scalars(rows.order_by(MeetingRequest.id)).all()


def due_for_reminder() -> Sequence[MeetingRequest]:
    """What was agreed, begins within a day, and of which nobody was reminded; others who look for it pass it over."""
    now = clock.now()
    near = MeetingRequest.starts_at > now, MeetingRequest.starts_at <= now + REMINDER_BEFORE
    rows = select(MeetingRequest).where(MeetingRequest.standing == Standing.ACCEPTED, *near)
    rows = rows.where(MeetingRequest.reminded_at.is_(None)).order_by(MeetingRequest.id).limit(SHOWN_AT_ONCE)
    return db.session.scalars(with_slot(rows).with_for_update(skip_locked=True, of=MeetingRequest)).all()


def _overlaps(
    what: type[MeetingSlot] | type[MeetingRequest], starts_at: datetime, ends_at: datetime
) -> ColumnElement[bool]:
    return and_(what.starts_at < ends_at, what.ends_at > starts_at)


def _experts() -> Select[int]:
    held = select(PersonRole.person_id).where(PersonRole.role == Role.EXPERT)
    return select(Person.id).where(Person.id.in_(held), Person.active)


def _concerns(viewer: Person | None) -> ColumnElement[bool]:
    if viewer is None:
        return false()
    asked = select(MeetingRequest.slot_id).where(MeetingRequest.person_id == viewer.id)
    return or_(MeetingSlot.expert_id == viewer.id, MeetingSlot.id.in_(asked))
