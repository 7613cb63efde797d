"""What our own people are told of questions that sales would like somebody to look at."""

from __future__ import annotations

from app.affinity.models import LookRequest
from app.kernel.db import db
from app.notifications import ledger
from app.notifications.kinds import Kind
from app.notifications.ledger import Cause, key, take_turn_to_tell
from app.notifications.safety import stewards
from app.questions.models import Question
from app.topics.queries import stewards_of


def settle_look(question_id: int) -> None:
    """The expert who was asked is told; where none was, whoever looks after the topic, or else every steward."""
    take_turn_to_tell(question_id)
    asked = db.session.get(LookRequest, question_id)
    question = db.session.get(Question, question_id)
    if asked is None or question is None:
        return
    people = {asked.expert_id} if asked.expert_id else _stewards_for(question)
    told = dict.fromkeys(people, Kind.ASKED_TO_LOOK)
    name = key("look", question_id, asked.asked_at)
    ledger.tell(question, Cause(key=name, at=asked.asked_at, by_id=asked.by_id, post=question, told=told))


def _stewards_for(question: Question) -> set[int]:
    of_topics = stewards_of([tag.id for tag in question.tags])
    return {person.id for people in of_topics.values() for person in people} or stewards()
