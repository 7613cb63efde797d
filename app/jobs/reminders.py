"""Telling people a day before that they meet somebody."""

from __future__ import annotations

from app.kernel.db import db, write
from app.meetings.actions import remind
from app.meetings.queries import due_for_reminder


def remind_of_meetings() -> int:
    """Remind both people of every meeting that begins within a day, once; returns how many meetings it were."""
    with write():
        due = due_for_reminder()
        for request in due:
            remind(request)
        db.session.flush()
        return len(due)
