"""Who is named in a text by their handle."""

from __future__ import annotations

import re

from sqlalchemy import func, select, union

from app.kernel.db import db
from app.people.handles import skeleton
from app.people.models import KeptHandle, Person

# The one form in which the renderer links a handle; in code, and in what it shows as plain text, it links none.
LINKED_HANDLE = re.compile(r'<a href="/@([A-Za-z][A-Za-z0-9_-]{2,29})">@\1</a>')
# A text that names more people than this calls nobody in particular.
MOST_MENTIONED = 20


def handles_in(html: str) -> list[str]:
    """The handles that a rendered text links, in small letters and the order in which they come first.

    They are MOST_MENTIONED at the most.
    """
    return list(dict.fromkeys(handle.lower() for handle in LINKED_HANDLE.findall(html)))[:MOST_MENTIONED]


def people_mentioned_in(html: str) -> set[int]:
    """The ids of the people whom a rendered text names, by the handle they have or by one that they had."""
    handles = handles_in(html)
    if not handles:
        return set()
    skeletons = {skeleton(handle) for handle in handles}
    called = select(Person.id.label("person_id")).where(
        Person.handle_skeleton.in_(skeletons), func.lower(Person.handle).in_(handles)
    )
    # By skeleton: whatever looks like a handle that somebody had cannot be anybody else's.
    once_called = select(KeptHandle.person_id.label("person_id")).where(
        KeptHandle.skeleton.in_(skeletons), KeptHandle.person_id.is_not(None)
    )
    return set(db.session.scalars(union(called, once_called)))
