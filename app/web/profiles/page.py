"""What a person's page shows, from several domains, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.people.models import Person
from app.posts.authorship import employer_of
from app.questions import expertise, queries
from app.questions.expertise import Expertise, TopicCount
from app.questions.models import Question
from app.reputation.queries import shown_total

ROWS = 5


@dataclass(frozen=True)
class ProfilePage:
    """A person's company, what they earned and know, and the best and last of what they wrote."""

    company: str
    reputation: int
    expertise: Expertise
    topics: Sequence[TopicCount]
    answers: int
    accepted: int
    asked: int
    best: Sequence[Question]
    questions: Sequence[Question]


def compose(person: Person, viewer: Person | None) -> ProfilePage:
    """Everything the page shows, however much the person has written."""
    answers, accepted = queries.count_answers_by(person, viewer)
    (known,) = expertise.expertise_of([person])
    return ProfilePage(
        company=employer_of(person) if person.is_employee or person.company_shown else "",
        reputation=shown_total(person),
        expertise=known,
        topics=expertise.topics_of(person),
        answers=answers,
        accepted=accepted,
        asked=queries.count_visible(viewer, Question.author_id == person.id),
        best=queries.best_answered_by(person, viewer, ROWS),
        questions=queries.last_asked_by(person, viewer, ROWS),
    )
