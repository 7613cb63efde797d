"""Did you mean: another spelling of words that stand in no thread."""

from __future__ import annotations

from app.people.models import Person
from app.search.language import Query


def did_you_mean(query: Query, viewer: Person | None) -> Query | None:
    """`query` with its unknown words spelled as threads spell them, if that finds something `viewer` may see."""
    return None
