"""What happened about requests to sales."""

from dataclasses import dataclass

from app.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class IntroductionChanged(Event):
    """A member asked for something, changed or withdrew it, or it has ended."""

    name = "introductions.changed"

    introduction_id: int
