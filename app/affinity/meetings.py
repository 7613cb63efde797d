"""What a meeting tells about an account: that somebody of it met an expert, if they let that count."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from app.affinity.ledger import Row, accounts_at, left_out_of, person_key, write_down
from app.kernel.db import db
from app.kernel.settings import settings
from app.kernel.turns import take_turn
from app.meetings.models import MeetingRequest
from app.meetings.queries import with_slot
from app.meetings.rules import is_over


def settle_meeting(request_id: int) -> None:
    """Make the stored event of one meeting agree with what the member said of it last."""
    if settings().affinity_enabled:
        take_turn("affinity of meetings", request_id)
        write_down(_source(request_id), desired_rows([request_id]).get(request_id))


def desired_rows(request_ids: Collection[int]) -> dict[int, Row]:
    """What should be stored of these meetings, by the request: those that were held and that the member lets count."""
    rows = with_slot(select(MeetingRequest).where(MeetingRequest.id.in_(request_ids)))
    requests = db.session.scalars(rows.execution_options(populate_existing=True)).all()
    people = {request.person_id for request in requests}
    account_at, left_out = accounts_at(people), left_out_of(people)
    found = {}
    for request in requests:
        account_id = account_at(request.person_id, request.starts_at)
        if account_id is not None and request.person_id not in left_out and _counts(request):
            found[request.id] = _row(request, account_id)
    return found


def _counts(request: MeetingRequest) -> bool:
    return request.counted_at is not None and is_over(request)


def _row(request: MeetingRequest, account_id: int) -> Row:
    """The event, on the day of the meeting and for the company the member belonged to then."""
    key, expert_id = person_key(request.person_id), request.slot.expert_id
    return Row(None, _source(request.id), "met", request.starts_at, account_id, key, expert_id)


def _source(request_id: int) -> str:
    return f"meeting:{request_id}"
