"""What a meeting tells about an account: that somebody of it met an expert, if they let that count."""

from __future__ import annotations

from sqlalchemy import delete, select

from app.affinity.ledger import Row, accounts_at, person_key
from app.affinity.models import AffinityEvent
from app.kernel.db import db
from app.kernel.turns import take_turn
from app.meetings.models import MeetingRequest
from app.meetings.queries import with_slot
from app.meetings.rules import is_over


def settle_meeting(request_id: int) -> None:
    """Make the stored event of one meeting agree with what the member said of it last."""
    take_turn("affinity of meetings", request_id)
    rows = with_slot(select(MeetingRequest).where(MeetingRequest.id == request_id))
    request = db.session.scalar(rows.execution_options(populate_existing=True))
    db.session.execute(delete(AffinityEvent).where(AffinityEvent.source == _source(request_id)))
    row = _row(request) if request is not None else None
    if row is not None:
        db.session.add(AffinityEvent(**row._asdict()))
    db.session.flush()


def _row(request: MeetingRequest) -> Row | None:
    """The event, on the day of the meeting and for the company the member belonged to then."""
    if request.counted_at is None or not is_over(request) or request.person.is_employee:
        return None
    at, member = request.starts_at, request.person_id
    account_id = accounts_at({member})(member, at)
    if account_id is None:
        return None
    return Row(None, _source(request.id), "met", at, account_id, person_key(member), request.slot.expert_id)


def _source(request_id: int) -> str:
    return f"meeting:{request_id}"
