"""What was done to threads as a whole."""

from dataclasses import dataclass

from app.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class DuplicateProposed(Event):
    name = "curation.duplicate_proposed"

    proposal_id: int
    question_id: int


@dataclass(frozen=True, kw_only=True)
class DuplicateConfirmed(Event):
    """A question points to another one that asks the same; where it points now stands in the question."""

    name = "curation.duplicate_confirmed"

    question_id: int
    original_id: int
    by_id: int


@dataclass(frozen=True, kw_only=True)
class ThreadsMerged(Event):
    """Everything below a question moved below another one."""

    name = "curation.threads_merged"

    question_id: int
    original_id: int
    by_id: int


@dataclass(frozen=True, kw_only=True)
class QuestionClosed(Event):
    name = "curation.question_closed"

    question_id: int
    by_id: int


@dataclass(frozen=True, kw_only=True)
class QuestionReopened(Event):
    name = "curation.question_reopened"

    question_id: int
    by_id: int


@dataclass(frozen=True, kw_only=True)
class CommentsMoved(Event):
    """Comments became a question of their own."""

    name = "curation.comments_moved"

    question_id: int
    new_question_id: int
    by_id: int


@dataclass(frozen=True, kw_only=True)
class OpeningProposed(Event):
    """Somebody would like a confidential question to be public; everybody who wrote in it is asked."""

    name = "curation.opening_proposed"

    question_id: int
    by_id: int
