"""Settling everything that one person has to do with."""

from __future__ import annotations

from sqlalchemy import Select, func, select, union

from app.affinity import invitations, ledger, meetings
from app.affinity.models import AffinityEvent
from app.kernel.db import db
from app.marks.models import Correction
from app.meetings.models import MeetingRequest
from app.people.models import JoinInvitation
from app.posts.models import Comment
from app.questions.models import Answer, Question


def settle_person(person_id: int) -> None:
    """Make everything that is stored of a person agree with what stands in threads, meetings and invitations."""
    ledger.settle_threads(db.session.scalars(_threads_of(person_id)))
    for request_id in db.session.scalars(select(MeetingRequest.id).where(MeetingRequest.person_id == person_id)).all():
        meetings.settle_meeting(request_id)
    invitations.settle(select(JoinInvitation.id).where(JoinInvitation.made_by_id == person_id))


def _threads_of(person_id: int) -> Select[int]:
    """Where they wrote or were thanked for a correction, and where something is stored of them."""
    answers = Answer.__table__
    commented = select(func.coalesce(answers.c.question_id, Comment.post_id)).outerjoin(
        answers, answers.c.id == Comment.post_id
    )
    thanked = select(answers.c.question_id).join(Correction, Correction.answer_id == answers.c.id)
    stored = select(AffinityEvent.question_id).where(AffinityEvent.question_id.is_not(None))
    found = union(
        select(Question.id).where(Question.author_id == person_id),
        select(Answer.question_id).where(Answer.author_id == person_id),
        commented.where(Comment.author_id == person_id),
        thanked.where(Correction.thanks_id == person_id),
        stored.where(AffinityEvent.person_key == ledger.person_key(person_id)),
    ).subquery()
    return select(found.c[0])
