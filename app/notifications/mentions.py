"""Who is named in a text by their handle."""

from __future__ import annotations

import re

from sqlalchemy import func, select

from app.kernel.db import db
from app.people.handles import skeleton
from app.people.models import Person

# The one form in which the renderer links a handle; in code, and in what it shows as plain text, it links none.
LINKED_HANDLE = re.compile(r'<a href="/@([a-z][a-z0-9_-]{2,29})">@\1</a>')
# A text that names more people than this calls nobody in particular.
MOST_MENTIONED = 20


def handles_in(html: str) -> list[str]:
    """The handles that a rendered text links, in the order in which they come first, MOST_MENTIONED at the most."""
    return list(dict.fromkeys(LINKED_HANDLE.findall(html)))[:MOST_MENTIONED]


def people_mentioned_in(html: str) -> set[int]:
    """The ids of the people whom a rendered text names."""
    handles = handles_in(html)
    if not handles:
        return set()
    alike = Person.handle_skeleton.in_({skeleton(handle) for handle in handles})
    return set(db.session.scalars(select(Person.id).where(alike, func.lower(Person.handle).in_(handles))))
