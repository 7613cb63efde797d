"""Which experts to ask about a question: those who know its topics, and have room for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.desk import queries
from app.desk.rules import FULL_LOAD
from app.people import queries as people
from app.people.models import Person
from app.questions import expertise
from app.questions.expertise import Expertise
from app.questions.models import Question

SUGGESTED = 6
# So many are looked at, so that somebody less busy can come before somebody who knows a little more.
CONSIDERED = 18
# Twenty answers on a topic count half of what can be counted.
HALF = 20


@dataclass(frozen=True)
class Suggestion:
    """An expert, what they know and how soon they answer, and how many questions wait for them."""

    known: Expertise
    waiting: int

    @property
    def person(self) -> Person:
        return self.known.person


def rank(answers: int, waiting: int) -> float:
    """E · (1 - load): E = 100 · (1 - 2^(-answers / 20)) on the topics, load = open calls / 10, at most 1."""
    expert = 100 * (1 - 2 ** (-answers / HALF))
    return expert * (1 - min(waiting / FULL_LOAD, 1))


def suggested_for(question: Question) -> list[Suggestion]:
    """Experts to ask, the best first; where nobody has answered on these topics, those who are least busy."""
    found = expertise.answers_on(question, CONSIDERED) or _anybody(question)
    loads = queries.loads_of([person.id for person, _answers in found])
    ranked = sorted(
        found,
        key=lambda one: (-rank(one[1], loads.get(one[0].id, 0)), loads.get(one[0].id, 0), one[0].id),
    )
    best = [person for person, _answers in ranked if person.can_sign_in][:SUGGESTED]
    return [Suggestion(known, loads.get(known.person.id, 0)) for known in expertise.expertise_of(best)]


def _anybody(question: Question) -> Sequence[tuple[Person, int]]:
    return [(person, 0) for person in people.first_experts(CONSIDERED) if person.id != question.author_id]
