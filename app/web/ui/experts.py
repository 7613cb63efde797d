"""Experts as pages name them beside something else: with what they know, and how soon they answer if they show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.people.models import Person
from app.reputation.expertise import best_topics, paces_of
from app.web.ui.figures import figures

TOPICS_NAMED = 3


@dataclass(frozen=True)
class Known:
    """An expert, the topics they know best, and how soon they answer in words ("" where nobody may know)."""

    person: Person
    topics: Sequence[str]
    pace: str


def known(people: Sequence[Person]) -> list[Known]:
    """What is said of these experts, in two queries however many they are."""
    ids, shown = [person.id for person in people], figures()
    topics, paces = best_topics(ids, TOPICS_NAMED), paces_of(ids)
    return [Known(one, topics.get(one.id, []), shown.pace(one, paces.get(one.id))) for one in people]
