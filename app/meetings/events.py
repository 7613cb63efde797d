"""What happened about meetings."""

from dataclasses import dataclass

from app.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class MeetingChanged(Event):
    """Somebody asked for a meeting, or what stands about one has changed; also that it is near."""

    name = "meetings.changed"

    request_id: int


@dataclass(frozen=True, kw_only=True)
class MeetingCounted(Event):
    """A member lets a meeting count for their company, or takes that back."""

    name = "meetings.counted"

    request_id: int
