"""Conversations between customers and experts, for the tests of what is written down of them."""

from datetime import datetime, timedelta

import time_machine
from sqlalchemy import select

from app.accounts.models import Account
from app.affinity.ledger import person_key
from app.affinity.models import AffinityEvent
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.marks.actions import Confession, own_mistake
from app.people.models import JoinInvitation, Person
from app.posts.bodies import prepare_body
from app.questions.models import Answer, Question
from tests.support.factories import AnswerFactory, ExpertFactory, PersonFactory, QuestionFactory

NEW = prepare_body("Replace the cable between the sites; it was never the schedule.")


def kinds_of(person: Person) -> list[str]:
    """What is stored of somebody, once all has been delivered, by the alphabet."""
    deliver_pending()
    rows = select(AffinityEvent.kind).where(AffinityEvent.person_key == person_key(person.id))
    return sorted(db.session.scalars(rows))


def events_of_kind(kind: str) -> list[AffinityEvent]:
    """What is stored of a kind, once all has been delivered."""
    deliver_pending()
    return list(db.session.scalars(select(AffinityEvent).where(AffinityEvent.kind == kind).order_by(AffinityEvent.id)))


def busy_people(account: Account, people: int, at: datetime, expert: Person | None = None) -> list[Person]:
    """People of an account who each asked at `at`, were answered two hours later, and accepted."""
    expert = expert or ExpertFactory(at=at)
    members = [PersonFactory(account=account, at=at) for _ in range(people)]
    for member in members:
        question = QuestionFactory(author=member, at=at)
        AnswerFactory(question=question, author=expert, accepted=True, at=at + timedelta(hours=2))
    return members


def take_back(answer: Answer, thanks: Person | None, at: datetime) -> None:
    """The author says "I was wrong" and thanks whoever saw it."""
    with time_machine.travel(at, tick=False), write():
        told = Confession(
            body=NEW, reason="It was the cable.", revision_number=answer.revision_number, changed=1.0, thanks=thanks
        )
        question = db.session.get_one(Question, answer.question_id)
        own_mistake(answer, question, told, by=db.session.get_one(Person, answer.author_id))


def invite(by: Person, joined: Person | None) -> JoinInvitation:
    """An invitation of `by`, used by `joined`."""
    moment = clock.now()
    with write():
        made = JoinInvitation(
            token_hash=f"{by.id}-{joined.id if joined else 0}",
            made_by_id=by.id,
            made_at=moment,
            good_until=moment + timedelta(days=14),
            used_at=moment if joined else None,
            used_by_id=joined.id if joined else None,
        )
        db.session.add(made)
    return made
