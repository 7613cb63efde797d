"""How invitations, and the same problem, follow what happens in questions: whatever it was, it is looked at again."""

from __future__ import annotations

from app.curation.events import DuplicateConfirmed, ThreadsMerged
from app.desk import actions, greetings
from app.kernel.db import db
from app.kernel.events import on
from app.people.events import PersonDeactivated, RolesChanged
from app.posts.events import PostDeleted, PostEvent, PostRestored
from app.questions.events import AcceptanceChanged, AnswerPosted, QuestionAsked
from app.questions.models import Question


@on(AnswerPosted)
def follow_answer(event: AnswerPosted) -> None:
    actions.settle_invitations(event.question_id)


@on(AcceptanceChanged)
def follow_acceptance(event: AcceptanceChanged) -> None:
    actions.settle_invitations(event.question_id)


@on(QuestionAsked)
def look_out_for_newcomers(event: QuestionAsked) -> None:
    greetings.settle_greeting(event.author_id)


@on(PersonDeactivated)
def welcome_nobody_who_is_gone(event: PersonDeactivated) -> None:
    greetings.settle_greeting(event.person_id)


@on(RolesChanged)
def look_again_at_colleagues(event: RolesChanged) -> None:
    greetings.settle_greeting(event.person_id)


@on(PostDeleted)
def follow_deletion(event: PostDeleted) -> None:
    actions.settle_invitations(event.question_id)
    _settle_greeting(event)


@on(PostRestored)
def follow_restoration(event: PostRestored) -> None:
    actions.settle_invitations(event.question_id)
    _settle_greeting(event)


@on(DuplicateConfirmed)
def follow_duplicate(event: DuplicateConfirmed) -> None:
    actions.carry_problem_over(event.question_id)


@on(ThreadsMerged)
def follow_merger(event: ThreadsMerged) -> None:
    actions.carry_problem_over(event.question_id)


def _settle_greeting(event: PostEvent) -> None:
    question = db.session.get(Question, event.post_id) if event.post_id == event.question_id else None
    if question is not None:
        greetings.settle_greeting(question.author_id)
