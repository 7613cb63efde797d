"""What the kept number of seats counts: who was accepted for this very time, and not for another one."""

from __future__ import annotations

from sqlalchemy import func, select

from app.kernel.counters import Counter
from app.meetings.models import MeetingRequest, MeetingSlot, Standing

_slots = MeetingSlot.__table__
_here = (MeetingRequest.slot_id == _slots.c.id) & (MeetingRequest.starts_at == _slots.c.starts_at)

COUNTERS = (
    Counter(
        MeetingSlot.seats_taken,
        MeetingSlot.id,
        select(func.count(MeetingRequest.id))
        .where(_here, MeetingRequest.standing == Standing.ACCEPTED)
        .correlate(_slots)
        .scalar_subquery(),
    ),
)
