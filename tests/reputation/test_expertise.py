"""What people know by topic follows from their public answers, whatever happens to these and in whatever order."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import NoResultFound

from app.curation.mergers import merge_threads
from app.kernel.db import db, write
from app.kernel.errors import Refusal
from app.kernel.events import deliver_pending
from app.people.models import Person
from app.posts.actions import vote
from app.questions import actions as questions
from app.questions.models import Answer, Question, Visibility
from app.questions.retagging import move_to_topics
from app.questions.tagging import take_in
from app.reputation import expertise
from app.reputation.actions import repair
from app.reputation.expertise import expertise_from, sum_on, weight_of, worth
from app.reputation.models import Answering, TopicAnswer, TopicExpertise
from app.reputation.proof import differences
from app.topics.models import Tag
from tests.support.factories import AnswerFactory, ExpertFactory, PersonFactory, QuestionFactory, StewardFactory

TODAY = datetime(2026, 3, 20, 8, tzinfo=UTC)
Thing = TypeVar("Thing", Question, Answer, Person)
TAGS = ("replication", "snapshots", "night")


def tag_called(name: str) -> Tag:
    return db.session.scalars(select(Tag).where(Tag.name == name)).one()


def now(thing: Thing) -> Thing:
    """The thing as it is in the transaction that is open."""
    return db.session.get_one(type(thing), thing.id)


def topics_of(person: Person) -> dict[str, tuple[int, int]]:
    return {one.tag.name: (one.answers, one.accepted) for one in expertise.known_topics(person, 20)}


@pytest.mark.pure
def test_the_sum_is_that_of_the_formula():
    answers = [
        (worth(6, accepted=True, first=True), TODAY),
        (worth(2, accepted=False, first=False), TODAY - timedelta(days=365)),
        (worth(10, accepted=True, first=False), TODAY - timedelta(days=730)),
    ]
    assert [one for one, _at in answers] == pytest.approx([4.8074, 1.5850, 4.9594], abs=1e-4)

    x = sum_on(sum(weight_of(one, at) for one, at in answers), TODAY)

    assert x == pytest.approx(8.4078, abs=1e-4)
    assert expertise_from(x) == pytest.approx(25.28, abs=0.005)
    assert (worth(-4, accepted=False, first=False), expertise_from(0)) == (0, 0)


def test_an_answer_counts_for_each_topic_of_its_question_by_votes_acceptance_and_age():
    expert, asker = ExpertFactory(), PersonFactory()
    question = QuestionFactory(author=asker, tags=("replication", "night"))
    with time_machine.travel(TODAY, tick=False):
        answer = AnswerFactory(question=question, author=expert)
        with write():
            questions.accept_answer(now(question), now(answer), by=now(asker))
            for _ in range(6):
                vote(now(answer), 1, by=PersonFactory())
        deliver_pending()

        known = expertise.known_topics(expert, 5)

    assert {one.tag.name: (one.answers, one.accepted) for one in known} == {"replication": (1, 1), "night": (1, 1)}
    assert [one.expertise for one in known] == [pytest.approx(expertise_from(4.8074), abs=1e-3)] * 2
    with time_machine.travel(TODAY + timedelta(days=730), tick=False):
        assert expertise.known_topics(expert, 1)[0].expertise == pytest.approx(expertise_from(4.8074 / 2), abs=1e-3)
    assert (topics_of(expert), [one.person for one in expertise.experts_on(tag_called("night"), 5)]) == (
        {"replication": (1, 1), "night": (1, 1)},
        [expert],
    )
    assert expertise.best_topics([expert.id], 1) == {expert.id: ["night"]}


def test_only_the_first_answer_by_an_expert_has_the_bonus_and_the_next_one_inherits_it():
    question, first, second = QuestionFactory(), ExpertFactory(), ExpertFactory()
    AnswerFactory(question=question, author=PersonFactory())
    earlier = AnswerFactory(question=question, author=first)
    AnswerFactory(question=question, author=second)
    deliver_pending()
    assert [one.person for one in expertise.experts_on(tag_called("replication"), 5)] == [first, second]
    assert weights() == {first.id: True, second.id: False}

    with write():
        questions.delete_answer(now(earlier), now(question), by=now(first))
    deliver_pending()

    assert [one.person for one in expertise.experts_on(tag_called("replication"), 5)] == [second]
    assert weights() == {second.id: True}


def test_how_soon_somebody_answers_others_is_the_middle_of_their_public_answers():
    expert = ExpertFactory()
    for hours in (1, 5, 40):
        asked = TODAY + timedelta(days=hours)
        question = QuestionFactory(at=asked)
        AnswerFactory(question=question, author=expert, at=asked + timedelta(hours=hours))
    AnswerFactory(question=QuestionFactory(author=expert), author=expert)
    deliver_pending()

    assert expertise.paces_of([expert.id]) == {expert.id: timedelta(hours=5)}
    kept = db.session.get_one(Answering, expert.id)
    assert kept.last_answer_at == TODAY + timedelta(days=40, hours=40)


def test_what_is_said_in_confidence_counts_once_it_is_public():
    steward, expert = StewardFactory(), ExpertFactory()
    question = QuestionFactory(visibility=Visibility.EMPLOYEES, author=steward)
    AnswerFactory(question=question, author=expert)
    deliver_pending()
    assert topics_of(expert) == {}

    with write():
        questions.change_visibility(now(question), Visibility.PUBLIC, by=now(steward))
    deliver_pending()
    assert topics_of(expert) == {"replication": (1, 0)}


def test_a_topic_that_is_taken_in_hands_over_its_answers():
    steward, expert = StewardFactory(), ExpertFactory()
    for tags in (("replication",), ("mirroring",), ("replication", "mirroring")):
        AnswerFactory(question=QuestionFactory(tags=tags), author=expert)
    deliver_pending()
    assert topics_of(expert) == {"replication": (2, 0), "mirroring": (2, 0)}

    with write():
        take_in(tag_called("replication"), tag_called("mirroring"), by=now(steward))
    deliver_pending()

    assert topics_of(expert) == {"replication": (3, 0)}
    assert list(differences()) == []


def test_what_is_kept_wrongly_is_named_and_repaired():
    author = AnswerFactory().author_id
    AnswerFactory(author=db.session.get_one(Person, author))
    deliver_pending()
    with write():
        db.session.execute(update(TopicExpertise).values(weight=5))
        db.session.execute(
            delete(TopicAnswer).where(TopicAnswer.answer_id == select(func.min(Answer.id)).scalar_subquery())
        )
        db.session.execute(update(Answering).values(pace_seconds=-1))
    found = list(differences())
    assert len(found) == 3, found

    with write():
        repair()

    assert list(differences()) == []


deeds = st.lists(
    st.tuples(
        st.sampled_from(("answer", "retag", "merge", "hide", "open", "vote", "accept", "take in", "deliver")),
        st.integers(0, 30),
        st.integers(0, 30),
    ),
    min_size=10,
    max_size=30,
)


@dataclass
class Community:
    """A steward, two experts and a member, and what they have written so far."""

    steward: Person
    people: list[Person]
    threads: list[Question]
    answers: list[Answer]

    def do(self, deed: str, one: int, other: int) -> None:
        """Do something, if it can be done: `one` and `other` choose what, and who or where to."""
        question, answer = now(self.threads[one % 3]), now(self.answers[other % len(self.answers)])
        who, by = now(self.people[other % 3]), now(self.steward)
        thread = db.session.get_one(Question, answer.question_id)
        names = [name for place, name in enumerate(TAGS) if other & (1 << place)]
        possible: dict[str, Callable[[], object]] = {
            "answer": lambda: self.answers.append(AnswerFactory(question=question, author=who)),
            "retag": lambda: move_to_topics(question, names, by=by),
            "merge": lambda: merge_threads(question, now(self.threads[other % 3]), by=by),
            "hide": lambda: questions.change_visibility(question, Visibility.EMPLOYEES, by=by),
            "open": lambda: questions.change_visibility(question, Visibility.PUBLIC, by=by),
            "vote": lambda: questions.vote_on(answer, thread, 1, by=who),
            "accept": lambda: questions.accept_answer(thread, answer, by=now(self.people[2])),
            "take in": lambda: take_in(tag_called(TAGS[one % 3]), tag_called(TAGS[other % 3]), by=by),
        }
        possible[deed]()


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(deeds)
def test_whatever_is_moved_hidden_or_merged_the_figures_agree_with_the_threads(activity):
    people = [ExpertFactory(), ExpertFactory(), PersonFactory()]
    threads = [QuestionFactory(author=people[2], tags=(TAGS[number],)) for number in range(3)]
    community = Community(StewardFactory(), people, threads, [AnswerFactory(question=threads[0], author=people[0])])
    for deed, one, other in activity:
        if deed == "deliver":
            deliver_pending()
        else:
            with write(), suppress(Refusal, NoResultFound):
                community.do(deed, one, other)
    deliver_pending()

    assert list(differences()) == []


def weights() -> dict[int, bool]:
    rows = select(TopicExpertise.person_id, TopicExpertise.weight).join(Person).where(Person.job_title != "")
    return {person_id: weight > 0 for person_id, weight in db.session.execute(rows)}
