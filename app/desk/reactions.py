"""How invitations, and the same problem, follow what happens in questions: whatever it was, it is looked at again."""

from __future__ import annotations

from app.curation.events import DuplicateConfirmed, ThreadsMerged
from app.desk import actions
from app.kernel.events import on
from app.posts.events import PostDeleted, PostRestored
from app.questions.events import AcceptanceChanged, AnswerPosted


@on(AnswerPosted)
def follow_answer(event: AnswerPosted) -> None:
    actions.settle_invitations(event.question_id)


@on(AcceptanceChanged)
def follow_acceptance(event: AcceptanceChanged) -> None:
    actions.settle_invitations(event.question_id)


@on(PostDeleted)
def follow_deletion(event: PostDeleted) -> None:
    actions.settle_invitations(event.question_id)


@on(PostRestored)
def follow_restoration(event: PostRestored) -> None:
    actions.settle_invitations(event.question_id)


@on(DuplicateConfirmed)
def follow_duplicate(event: DuplicateConfirmed) -> None:
    actions.carry_problem_over(event.question_id)


@on(ThreadsMerged)
def follow_merger(event: ThreadsMerged) -> None:
    actions.carry_problem_over(event.question_id)
