"""Which experts to ask about a question: those who know its topics, and have room for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.desk import queries
from app.desk.rules import FULL_LOAD
from app.people.models import Person

SUGGESTED = 6
# So many are looked at, so that somebody less busy can come before somebody who knows a little more.
CONSIDERED = 18


@dataclass(frozen=True)
class Suggestion:
    """An expert, and how many questions wait for them."""

    person: Person
    waiting: int


def rank(expertise: float, waiting: int) -> float:
    """E · (1 - load): E from 0 to 100 is how well somebody knows the topics, load = open calls / 10, at most 1."""
    return expertise * (1 - min(waiting / FULL_LOAD, 1))


def suggested(experts: Sequence[Person], expertise: Mapping[int, float]) -> list[Suggestion]:
    """Those of these experts to ask, the best first; who knows nothing of it yet (by the ids in `expertise`) last."""
    able = [person for person in experts if person.can_sign_in]
    loads = queries.loads_of([person.id for person in able])
    found = [Suggestion(person, loads.get(person.id, 0)) for person in able]
    found.sort(key=lambda one: (-rank(expertise.get(one.person.id, 0), one.waiting), one.waiting, one.person.id))
    return found[:SUGGESTED]
