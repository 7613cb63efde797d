"""What the two people of a meeting are told about it, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from app.kernel.db import db
from app.kernel.turns import take_turn
from app.meetings.models import MeetingRequest, Standing
from app.meetings.queries import with_slot
from app.notifications import ledger
from app.notifications.kinds import Kind
from app.notifications.ledger import Cause, key
from app.notifications.models import Notice


def settle_meeting(request_id: int) -> None:
    """Both are told how it stands now; what they were told of how it stood before is gone."""
    take_turn("notices of meetings", request_id)
    rows = with_slot(select(MeetingRequest).where(MeetingRequest.id == request_id))
    request = db.session.scalar(rows.execution_options(populate_existing=True))
    if request is not None:
        ledger.settle(None, list(_causes(request)), among=Notice.meeting_id == request_id)


def _causes(request: MeetingRequest) -> Iterator[Cause]:
    slot, name = request.slot, f"meeting-{Standing(request.standing)}"
    asked = {slot.expert_id: Kind.MEETING_JOINED if slot.first_come else Kind.MEETING_ASKED}
    yield Cause(
        key=key("meeting", request.id),
        at=request.asked_at,
        by_id=request.person_id,
        told=asked,
        meeting_id=request.id,
        words=request.why,
    )
    at = request.decided_at
    if at is not None:
        told, by_id = _told(request), request.decided_by_id
        name, words = key(name, request.id, at), request.reason
        yield Cause(key=name, at=at, by_id=by_id, told=told, meeting_id=request.id, words=words)
    if request.standing == Standing.ACCEPTED and at and request.reminded_at and request.reminded_at > at:
        both = dict.fromkeys((slot.expert_id, request.person_id), Kind.MEETING_SOON)
        name, near = key("meeting-soon", request.id, request.reminded_at), request.reminded_at
        yield Cause(key=name, at=near, by_id=None, told=both, meeting_id=request.id)


def _told(request: MeetingRequest) -> dict[int, Kind]:
    """What the last change is to whoever did not make it."""
    expert, member = request.slot.expert_id, request.person_id
    by_itself = request.decided_by_id is None
    if request.decided_by_id == member:
        to_expert = {
            Standing.ACCEPTED: Kind.MEETING_AGREED,
            Standing.ASKED: Kind.MEETING_NOT_THEN,
            Standing.WITHDRAWN: Kind.MEETING_WITHDRAWN,
        }
        return {expert: to_expert[Standing(request.standing)]}
    to_member = {
        Standing.ACCEPTED: Kind.MEETING_SEAT if by_itself else Kind.MEETING_ACCEPTED,
        Standing.WAITING: Kind.MEETING_QUEUED if by_itself else Kind.MEETING_WAITING,
        Standing.PROPOSED: Kind.MEETING_PROPOSED,
        Standing.DECLINED: Kind.MEETING_ENDED if by_itself else Kind.MEETING_DECLINED,
    }
    return {member: to_member[Standing(request.standing)]}
