"""Which topics a question belongs to, and how many questions a topic has."""

from __future__ import annotations

from collections.abc import Iterable

from app.people.models import Person
from app.posts import actions as posts
from app.questions import rules
from app.questions.models import Question
from app.topics import actions as topics
from app.topics.models import Tag
from app.topics.rules import clean_tags


def move_to_topics(question: Question, tags: list[str], *, by: Person, reason: str = "") -> None:
    """Give a question other tags and leave its words alone; a revision says so. Raises RuleBroken."""
    names = clean_tags(tags)
    posts.lock(question)
    rules.check_can_move_to_topics(by, question)
    if set(topics.tags_named(names)) == set(question.tags):
        return
    posts.keep_original(question)
    retag(question, names)
    posts.write_revision(question, by=by, reason=reason)


def retag(question: Question, names: list[str]) -> None:
    """Give a locked question these tags, which are clean, and keep the numbers of the topics right."""
    before = set(question.tags)
    question.tags = topics.tags_named(names)
    after = set(question.tags)
    if not question.is_deleted:
        count_in_topics(question, before - after, -1)
        count_in_topics(question, after - before, 1)


def count_in_topics(question: Question, tags: Iterable[Tag], change: int) -> None:
    """The number beside a topic is everybody's, so it counts what everybody may read."""
    if question.is_public:
        topics.count_questions((tag.id for tag in tags), change)
