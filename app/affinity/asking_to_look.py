"""What a sales person can do about a question that waits: ask our own people to look. The asker is never turned to."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select

from app.accounts.models import Account
from app.affinity import rules
from app.affinity.events import LookAsked
from app.affinity.models import LookRequest
from app.desk import queries as desk
from app.kernel import clock, events
from app.kernel.db import db
from app.kernel.errors import RuleBroken
from app.people import audit
from app.people.models import Person
from app.posts import actions as posts
from app.questions.models import Question

AGAIN_AFTER = timedelta(days=2)


def experts_to_ask(question_ids: Collection[int]) -> dict[int, Person]:
    """Who would be asked, by question: whoever has it, or was called to it, and is there. Else the stewards are."""
    return {
        question_id: expert
        for question_id, expert in desk.experts_called_to(question_ids).items()
        if expert.is_expert and expert.can_sign_in and not expert.is_away
    }


def asked_lately(question_ids: Collection[int]) -> dict[int, datetime]:
    """When somebody was last asked to look at each of these questions, if it is too early to ask again."""
    rows = select(LookRequest.question_id, LookRequest.asked_at).where(
        LookRequest.question_id.in_(question_ids), LookRequest.asked_at > clock.now() - AGAIN_AFTER
    )
    return {question_id: asked_at for question_id, asked_at in db.session.execute(rows)}


def ask_to_look(question: Question, account: Account, *, by: Person) -> Person | None:
    """Ask whoever should look at an open question of `account`, in the open write transaction.

    Returns the expert; None where the stewards are asked. Raises RuleBroken where somebody was asked a short while ago.
    """
    rules.check_can_read_reports(by)
    posts.lock(question)
    if asked_lately([question.id]):
        raise RuleBroken("Somebody has been asked to look within the last two days. Give them a little time.")
    expert = experts_to_ask([question.id]).get(question.id)
    asked = db.session.get(LookRequest, question.id) or LookRequest(question_id=question.id)
    asked.by_id, asked.expert_id, asked.asked_at = by.id, expert.id if expert else None, clock.now()
    db.session.add(asked)
    deed = "report.asked_expert" if expert else "report.asked_stewards"
    audit.note(deed, by=by, about=expert, account=account.id, name=account.name, question=question.id)
    events.record(LookAsked(question_id=question.id))
    return expert
