"""Moving a question to other topics. The caller holds the write transaction."""

from __future__ import annotations

from app.curation import record
from app.curation.models import Done
from app.people.models import Person
from app.questions.models import Question
from app.questions.retagging import move_to_topics


def move_question(question: Question, tags: list[str], *, by: Person, reason: str = "") -> None:
    """Give a question other topics and say so in its record. Raises RuleBroken."""
    before = _named(question)
    move_to_topics(question, tags, by=by, reason=reason)
    after = _named(question)
    if set(before) != set(after):
        words = f"from {', '.join(before)} to {', '.join(after)}" if before else f"to {', '.join(after)}"
        record.note(question, Done.MOVED, by=by, words=words)


def _named(question: Question) -> list[str]:
    return sorted(tag.name for tag in question.tags)
