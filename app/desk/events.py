"""What happened about who helps with a question."""

from dataclasses import dataclass

from app.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ExpertCalled(Event):
    """An expert was invited by the asker or assigned by a steward."""

    name = "desk.expert_called"

    question_id: int
    expert_id: int
    by_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationAnswered(Event):
    """An expert took a question, called or not, declined it, or gave it back."""

    name = "desk.invitation_answered"

    question_id: int
    expert_id: int


@dataclass(frozen=True, kw_only=True)
class AskedForMore(Event):
    """An expert needs more from whoever asked."""

    name = "desk.asked_for_more"

    question_id: int
    by_id: int


@dataclass(frozen=True, kw_only=True)
class NewcomerWelcomed(Event):
    """An expert or a steward has welcomed somebody who asked here for the first time."""

    name = "desk.newcomer_welcomed"

    person_id: int
    question_id: int


@dataclass(frozen=True, kw_only=True)
class SameProblemChanged(Event):
    """Somebody said that they have the same problem, or took it back."""

    name = "desk.same_problem_changed"

    question_id: int
    person_id: int
