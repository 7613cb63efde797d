"""What was said of answers. What holds now stands in the tables; reactions read it there."""

from __future__ import annotations

from dataclasses import dataclass

from app.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class MarksChanged(Event):
    """Somebody marked an answer, changed that mark, or took it back."""

    name = "marks.changed"

    answer_id: int
    question_id: int
    person_id: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class MarkSettled(Event):
    """The author or a steward has dealt with a mark; it counts no longer."""

    name = "marks.settled"

    mark_id: int
    answer_id: int
    question_id: int
    by_id: int


@dataclass(frozen=True, kw_only=True)
class RecommendationChanged(Event):
    """An expert recommends an answer, or does so no longer."""

    name = "marks.recommendation_changed"

    answer_id: int
    question_id: int
    expert_id: int


@dataclass(frozen=True, kw_only=True)
class AnswerThanked(Event):
    """Somebody thanked the author of an answer, found other words for it, or took it back."""

    name = "marks.answer_thanked"

    answer_id: int
    question_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class MistakeOwned(Event):
    """An author has said "I was wrong" and put another text in place of the answer."""

    name = "marks.mistake_owned"

    answer_id: int
    question_id: int
    author_id: int
