"""People beside what was found: who was looked for by name, and who knows the topic; all stand in the directory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_

from app.kernel.db import db
from app.people.models import Person
from app.reputation.directory import Wish, by_activity, by_knowledge, experts, first_of
from app.search.language import Query, Word
from app.search.queries import Results
from app.topics import queries as topics
from app.topics.models import Tag
from app.web.ui.experts import Known, known

MOST_NAMED = 3
MOST_WHO_KNOW = 3
SEE_IT_FIRST = 2
LONGEST_NAME = 80
FEWEST = 2
"""Of fewer questions a topic is no clear one."""


@dataclass(frozen=True)
class Knowing:
    """The experts who know a topic best."""

    topic: str
    experts: Sequence[Known]


def named(query: Query) -> Sequence[Known]:
    """The experts whose handle, whole name, first or last name is all that was typed."""
    if not query.wanted or query.unwanted or not all(isinstance(term, Word) for term in query.wanted):
        return []
    typed = str(query).lower()
    if len(typed) > LONGEST_NAME:
        return []
    name = func.lower(Person.name)
    is_called = or_(
        func.lower(Person.handle) == typed.removeprefix("@"),
        name == typed,
        name.startswith(f"{typed} ", autoescape=True),
        name.endswith(f" {typed}", autoescape=True),
    )
    found = db.session.scalars(experts().where(is_called).order_by(Person.name, Person.id).limit(MOST_NAMED)).all()
    return known(found) if found else []


def who_know(results: Results) -> Knowing | None:
    """The experts on the topic that was asked for, or that most of the found questions are about."""
    name = _topic_of(results)
    tag = db.session.scalar(topics.tags_open_to(None).where(Tag.name == name)) if name else None
    if tag is None:
        return None
    found = first_of(by_knowledge(Wish(tag=tag)), MOST_WHO_KNOW)
    return Knowing(tag.name, known(found)) if found else None


def see_it_first(query: Query) -> Sequence[Known]:
    """The experts who answer now: on the topic that was asked for, or at all."""
    name = query.tags[0] if query.tags else ""
    tag = db.session.scalar(topics.tags_open_to(None).where(Tag.name == name)) if name else None
    found = first_of(by_activity(Wish(tag=tag, here=True)), SEE_IT_FIRST) if tag else []
    return known(found or first_of(by_activity(Wish(here=True)), SEE_IT_FIRST))


def _topic_of(results: Results) -> str:
    """The clear topic of what was found: asked for, or of half of the questions at the least."""
    if results.query.tags:
        return results.query.tags[0]
    choices = [choice for facet in results.facets if facet.kind == "tag" for choice in facet.choices]
    most = max(choices, key=lambda choice: choice.count, default=None)
    is_clear = most is not None and most.count >= FEWEST and 2 * most.count >= results.complete
    return most.words if most is not None and is_clear else ""
