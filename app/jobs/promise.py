"""What keeps the promise by the clock: requests to sales end after 90 days, and the end of the trail is kept daily."""

from __future__ import annotations

from app.introductions.actions import expire
from app.kernel.db import write
from app.people.trail_proof import keep_head


def keep_promise() -> None:
    """End what is too old, and keep where the trail ends today."""
    with write():
        expire()
        keep_head()
