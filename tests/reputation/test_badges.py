"""Badges follow from the answers that stand: they outlast the fading of X, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete

from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.marks.models import Correction
from app.people.models import Person
from app.posts.actions import vote
from app.questions.actions import delete_answer
from app.questions.models import Answer, Question
from app.reputation.actions import repair
from app.reputation.badges import Level, badges_of, levels_of_owning, levels_reached
from app.reputation.expertise import weight_of
from app.reputation.models import Badge
from app.reputation.proof import differences
from tests.reputation.test_rewards import own_mistake
from tests.support.factories import AnswerFactory, ExpertFactory, PersonFactory, QuestionFactory, StewardFactory

TODAY = datetime(2026, 3, 20, 8, tzinfo=UTC)


def answers_worth(each: float, number: int, at: datetime = TODAY) -> list[tuple[datetime, int]]:
    return [(at, weight_of(each, at))] * number


@pytest.mark.pure
@pytest.mark.parametrize(
    ("each", "number", "levels"),
    [
        (2.0, 4, []),
        (2.5, 4, []),
        (2.0, 5, [Level.BRONZE]),
        (1.99, 5, []),
        (2.0, 19, [Level.BRONZE]),
        (2.0, 20, [Level.BRONZE, Level.SILVER]),
        (10.0, 10, [Level.BRONZE]),
        (2.0, 49, [Level.BRONZE, Level.SILVER]),
        (2.0, 50, [Level.BRONZE, Level.SILVER, Level.GOLD]),
    ],
)
def test_a_topic_takes_both_the_sum_and_the_answers(each, number, levels):
    assert levels_reached(answers_worth(each, number)) == levels


@pytest.mark.pure
def test_what_was_reached_once_stays_and_what_faded_on_the_way_was_never_reached():
    once = answers_worth(2.0, 5)
    much_later = answers_worth(0.1, 1, TODAY + timedelta(days=10_000))
    slowly = [one for year in range(5) for one in answers_worth(2.0, 1, TODAY + timedelta(days=730 * year))]

    assert levels_reached(once + much_later) == [Level.BRONZE]
    # 2 + 1 + 1/2 + 1/4 + 1/8 is never 10.
    assert levels_reached(slowly) == []


@pytest.mark.pure
@given(st.lists(st.tuples(st.integers(0, 2_000), st.floats(0.5, 9)), max_size=60), st.randoms())
def test_the_levels_do_not_depend_on_the_order_and_grow_with_every_answer(given_answers, random):
    answers = [
        (TODAY + timedelta(days=days), weight_of(each, TODAY + timedelta(days=days))) for days, each in given_answers
    ]
    shuffled = list(answers)
    random.shuffle(shuffled)

    assert levels_reached(shuffled) == levels_reached(answers)
    assert set(levels_reached(answers[1:])) <= set(levels_reached(answers))


@pytest.mark.pure
def test_straight_talker_counts_owned_mistakes():
    reached = {mistakes: levels_of_owning(mistakes) for mistakes in (0, 1, 4, 5, 24, 25)}

    assert [len(reached[mistakes]) for mistakes in sorted(reached)] == [0, 1, 1, 2, 2, 3]
    assert reached[5] == [Level.BRONZE, Level.SILVER]


def shown(person: Person) -> list[tuple[str, str, str | None]]:
    db.session.expire_all()
    found = badges_of(db.session.get_one(Person, person.id))
    return [(one.kind, one.level, one.tag.name if one.tag else None) for one in found]


def accepted_answers(expert: Person, number: int) -> list[Answer]:
    """Accepted, each the first by an expert, with one vote: worth 3."""
    with write():
        author, asker, voter = db.session.get_one(Person, expert.id), PersonFactory(), PersonFactory()
        threads = [QuestionFactory(author=asker) for _ in range(number)]
        made = [AnswerFactory(question=question, author=author, accepted=True) for question in threads]
        for answer in made:
            vote(answer, 1, by=voter)
    deliver_pending()
    return made


def test_a_badge_is_earned_by_answers_stays_for_years_and_goes_with_the_answers():
    expert, steward = ExpertFactory(), StewardFactory()
    with time_machine.travel(TODAY, tick=False):
        made = accepted_answers(expert, 5)
        assert shown(expert) == [("topic", "bronze", "replication")]
    with time_machine.travel(TODAY + timedelta(days=2_000), tick=False):
        with write():
            repair()
        assert shown(expert) == [("topic", "bronze", "replication")]
        with write():
            answer = db.session.get_one(Answer, made[0].id)
            question = db.session.get_one(Question, answer.question_id)
            delete_answer(answer, question, by=db.session.get_one(Person, steward.id))
        deliver_pending()
        assert shown(expert) == []
    assert list(differences()) == []


def test_the_highest_level_is_shown_and_every_level_is_kept():
    expert = ExpertFactory()
    accepted_answers(expert, 20)
    own_mistake(AnswerFactory(author=expert), thanks=None)

    assert shown(expert) == [("topic", "silver", "replication"), ("straight_talker", "bronze", None)]
    assert db.session.query(Badge).count() == 3
    assert list(differences()) == []


def test_badges_that_are_kept_wrongly_are_named_and_repaired():
    expert = ExpertFactory()
    own_mistake(AnswerFactory(author=expert), thanks=None)
    accepted_answers(expert, 5)
    with write():
        db.session.execute(delete(Badge))
        db.session.add(Badge(person_id=expert.id, kind="straight_talker", level="gold"))
    found = list(differences())
    assert len(found) == 3, found
    assert all(sentence.startswith("The badge ") for sentence in found)

    with write():
        repair()

    assert list(differences()) == []
    assert db.session.get_one(Correction, db.session.query(Correction.answer_id).scalar())
