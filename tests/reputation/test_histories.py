"""Whatever happens, in whatever order it is told: the ledger agrees with what is, and owning a mistake never costs."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.accounts import tree
from app.accounts.models import Account
from app.kernel.db import db, write
from app.kernel.errors import Refusal
from app.kernel.events import OutboxMessage, deliver_pending
from app.marks.actions import Confession, own_mistake
from app.people.actions import activate, deactivate, grant_role, revoke_role
from app.people.models import Person, Role
from app.posts.actions import vote
from app.posts.bodies import prepare_body
from app.posts.models import Post
from app.questions import actions as questions
from app.questions.models import Answer, Question, Visibility
from app.reputation import bursts
from app.reputation.models import ReputationTotal
from app.reputation.proof import differences
from tests.reputation.test_rewards import came_by
from tests.support.factories import AccountFactory, AnswerFactory, ExpertFactory, PersonFactory, QuestionFactory

MORNING = datetime(2026, 3, 20, 8, tzinfo=UTC)
DEEDS = ("helpful", "helpful", "helpful", "not", "not", "back", "accept", "delete", "restore", "hide", "open")
OF_PEOPLE = ("leave", "return", "employ", "dismiss", "move", "wrong", "burst", "deliver")

deeds = st.lists(
    st.tuples(st.sampled_from(DEEDS + OF_PEOPLE), st.integers(0, 30), st.integers(0, 30)), min_size=10, max_size=40
)


@dataclass
class Site:
    """Members of two companies, one invited by another, an expert, and what the expert and one member answered."""

    steward: Person
    people: list[Person]
    answers: list[Answer]
    accounts: list[Account]

    @classmethod
    def make(cls) -> Site:
        with write():
            accounts = [AccountFactory(), AccountFactory()]
            expert = ExpertFactory()
            members = [PersonFactory(account=accounts[number % 2]) for number in range(3)]
            threads = [QuestionFactory(author=members[number]) for number in range(2)]
            answers = [AnswerFactory(question=threads[number % 2], author=expert) for number in range(5)]
            answers.append(AnswerFactory(question=threads[0], author=members[1]))
        invited = came_by(members[0])
        with write():
            answers.append(AnswerFactory(question=db.session.get_one(Question, threads[1].id), author=invited))
        steward = PersonFactory(roles=(Role.STEWARD, Role.ADMIN))
        return cls(steward, [*members, expert, invited], answers, accounts)

    def do(self, deed: str, one: int, other: int) -> None:
        """Do something, if it can be done: `one` and `other` choose what, and who."""
        answer = db.session.get_one(Answer, self.answers[one % len(self.answers)].id)
        thread = db.session.get_one(Question, answer.question_id)
        who, by = db.session.get_one(Person, self.people[other % 5].id), db.session.get_one(Person, self.steward.id)
        asker = db.session.get_one(Person, thread.author_id)
        first, second = (db.session.get_one(Account, one.id) for one in self.accounts)
        possible: dict[str, Callable[[], object]] = {
            "helpful": lambda: vote(answer, 1, by=who),
            "not": lambda: vote(answer, -1, by=who),
            "back": lambda: vote(answer, 0, by=who),
            "accept": lambda: questions.accept_answer(thread, answer, by=asker),
            "delete": lambda: questions.delete_answer(answer, thread, by=by),
            "restore": lambda: questions.restore_answer(answer, thread, by=by),
            "hide": lambda: questions.change_visibility(thread, Visibility.EMPLOYEES, by=by),
            "open": lambda: questions.change_visibility(thread, Visibility.PUBLIC, by=by),
            "leave": lambda: deactivate(who),
            "return": lambda: activate(who),
            "employ": lambda: grant_role(who, Role.EXPERT),
            "dismiss": lambda: revoke_role(who, Role.EXPERT),
            "move": lambda: tree.set_parent(first, second if other % 2 else None),
            "wrong": lambda: correct(answer, thread, who),
            "burst": lambda: bursts.note(bursts.find(None)),
        }
        possible[deed]()


def correct(answer: Answer, question: Question, thanks: Person | None) -> None:
    said = Confession(
        body=prepare_body("It is the licence of the target, which runs out at two in the morning."),
        reason="I had not seen that the licence runs out.",
        revision_number=answer.revision_number,
        changed=0.9,
        thanks=thanks if thanks and thanks.id != answer.author_id else None,
    )
    own_mistake(answer, question, said, by=db.session.get_one(Person, answer.author_id))


def shuffle_outbox(seed: int) -> None:
    """Let what waits be told in another order."""
    with write():
        waiting = db.session.scalars(select(OutboxMessage).where(OutboxMessage.settled_at.is_(None))).all()
        told = [(one.name, one.payload) for one in waiting]
        random.Random(seed).shuffle(told)
        for message, (name, payload) in zip(waiting, told, strict=True):
            message.name, message.payload = name, payload


def totals() -> dict[int, int]:
    return {one.person_id: one.points for one in db.session.scalars(select(ReputationTotal))}


def live(site: Site, activity: list[tuple[str, int, int]]) -> None:
    for number, (deed, one, other) in enumerate(activity):
        with time_machine.travel(MORNING + timedelta(days=4 * number, minutes=other), tick=False):
            if deed == "deliver":
                shuffle_outbox(one)
                deliver_pending()
            else:
                with suppress(Refusal), write():
                    site.do(deed, one, other)


@settings(max_examples=10, suppress_health_check=list(HealthCheck))
@given(deeds)
def test_the_ledger_agrees_with_what_is(activity):
    site = Site.make()
    live(site, activity)
    shuffle_outbox(7)
    deliver_pending()

    assert list(differences()) == []


@pytest.mark.one_database
@settings(max_examples=10, suppress_health_check=list(HealthCheck))
@given(deeds, st.integers(0, 30), st.booleans())
def test_owning_a_mistake_never_costs_its_author_anything(activity, which, thankful):
    site = Site.make()
    live(site, activity)
    deliver_pending()
    answer = site.answers[which % len(site.answers)]
    before = totals()
    with suppress(Refusal), write():
        wrong = db.session.get_one(Answer, answer.id)
        thanks = db.session.get_one(Person, site.people[0].id) if thankful else None
        correct(wrong, db.session.get_one(Question, wrong.question_id), thanks)
    deliver_pending()
    after = totals()

    assert all(after.get(person_id, 0) >= points for person_id, points in before.items())
    assert list(differences()) == []


def test_an_answer_with_three_votes_for_and_four_against_is_worth_22_and_30_once_corrected():
    answer = AnswerFactory()
    author_id = answer.author_id
    for value in (1, 1, 1, -1, -1, -1, -1):
        with write():
            vote(db.session.get_one(Post, answer.id), value, by=PersonFactory())
    deliver_pending()
    assert totals()[author_id] == 22

    with write():
        wrong = db.session.get_one(Answer, answer.id)
        correct(wrong, db.session.get_one(Question, wrong.question_id), None)
    deliver_pending()
    assert totals()[author_id] == 30
    assert list(differences()) == []
