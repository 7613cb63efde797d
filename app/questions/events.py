"""What happened to questions and answers."""

from dataclasses import dataclass

from app.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class QuestionAsked(Event):
    name = "questions.question_asked"

    question_id: int
    author_id: int


@dataclass(frozen=True, kw_only=True)
class AnswerPosted(Event):
    name = "questions.answer_posted"

    question_id: int
    answer_id: int
    author_id: int


@dataclass(frozen=True, kw_only=True)
class AcceptanceChanged(Event):
    """The asker accepted an answer, another one, or none; what holds now stands in the question."""

    name = "questions.acceptance_changed"

    question_id: int
    answer_id: int | None
    replaces_answer_id: int | None


@dataclass(frozen=True, kw_only=True)
class VisibilityChanged(Event):
    """Others may read the question now than before, with all that stands below it; who does stands in the question."""

    name = "questions.visibility_changed"

    question_id: int


@dataclass(frozen=True, kw_only=True)
class ThreadsImported(Event):
    """An import wrote these questions with everything below them."""

    name = "questions.threads_imported"

    question_ids: list[int]
