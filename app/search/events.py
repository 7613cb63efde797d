"""What was found for those who keep searches."""

from __future__ import annotations

from dataclasses import dataclass

from app.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class SearchFoundMore(Event):
    """A kept search has `count` threads that are new to its owner, up to the moment `until` (ISO 8601)."""

    name = "search.found_more"

    search_id: int
    count: int
    until: str
