"""Reputation follows what people do on the site."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.people.actions import grant_role, revoke_role
from app.people.models import Person, Role
from app.posts.actions import vote
from app.posts.models import Post, VoteTally
from app.questions.actions import (
    accept_answer,
    delete_answer,
    delete_question,
    restore_answer,
    restore_question,
    withdraw_acceptance,
)
from app.questions.models import Answer, Question
from app.reputation import ledger
from app.reputation.actions import repair
from app.reputation.models import ReputationDay, ReputationEntry, ReputationTotal
from app.reputation.proof import differences
from app.reputation.queries import cost_of_votes, shown_total, shown_totals
from tests.support.factories import AnswerFactory, ExpertFactory, PersonFactory, QuestionFactory, StewardFactory

MORNING = datetime(2026, 3, 20, 8, tzinfo=UTC)


def judge(post: Post, value: int, by: Person) -> None:
    with write():
        vote(post, value, by=by)
    deliver_pending()


def points_of(person: Person) -> int:
    return db.session.scalar(select(ReputationTotal.points).where(ReputationTotal.person_id == person.id)) or 0


@pytest.fixture
def asker() -> Person:
    return PersonFactory()


@pytest.fixture
def expert() -> Person:
    return ExpertFactory()


@pytest.fixture
def question(asker: Person) -> Question:
    return QuestionFactory(author=asker)


@pytest.fixture
def answer(question: Question, expert: Person) -> Answer:
    return AnswerFactory(question=question, author=expert)


def test_helpful_votes_earn_their_author_points(question, answer, asker, expert):
    judge(question, 1, by=PersonFactory())
    judge(answer, 1, by=PersonFactory())

    assert (points_of(asker), points_of(expert)) == (5, 10)


def test_an_unhelpful_vote_on_an_answer_costs_both_sides(answer, expert):
    voter = PersonFactory()

    judge(answer, -1, by=voter)

    assert (points_of(expert), points_of(voter), cost_of_votes(voter)) == (-2, 0, -1)
    assert (shown_total(expert), shown_total(voter)) == (1, 1)


def test_an_unhelpful_vote_on_a_question_costs_its_author_alone(question, asker):
    voter = PersonFactory()

    judge(question, -1, by=voter)

    assert (points_of(asker), points_of(voter)) == (-2, 0)


def test_a_vote_turned_round_and_taken_back_leaves_nothing_but_its_trace(answer, expert):
    voter = PersonFactory()

    for value in (1, -1, 0):
        judge(answer, value, by=voter)

    assert (points_of(expert), points_of(voter)) == (0, 0)
    assert db.session.scalar(select(func.count(ReputationEntry.id))) == 6
    assert db.session.scalar(select(func.sum(ReputationEntry.points))) == 0
    assert list(differences()) == []


def test_the_same_vote_given_again_earns_again(answer, expert):
    voter = PersonFactory()

    for value in (1, 0, 1):
        judge(answer, value, by=voter)

    assert points_of(expert) == 10
    assert list(differences()) == []


def test_an_accepted_answer_earns_its_author_fifteen_and_the_asker_two(question, answer, asker, expert):
    with write():
        accept_answer(question, answer, by=asker)
    deliver_pending()

    assert (shown_total(expert), shown_total(asker)) == (15, 2)

    with write():
        withdraw_acceptance(question, by=asker)
    deliver_pending()

    assert (points_of(expert), points_of(asker)) == (0, 0)


def test_another_choice_moves_the_points(question, answer, asker, expert):
    better = AnswerFactory(question=question)
    for chosen in (answer, better):
        with write():
            accept_answer(question, chosen, by=asker)
    deliver_pending()

    assert (points_of(expert), points_of(db.session.get(Person, better.author_id)), points_of(asker)) == (0, 15, 2)


def test_accepting_an_answer_of_ones_own_earns_nothing(question, asker):
    AnswerFactory(question=question, author=asker, accepted=True)
    deliver_pending()

    assert points_of(asker) == 0


def test_a_deleted_answer_loses_what_it_earned_until_it_is_restored(question, answer, asker, expert):
    steward = StewardFactory()
    judge(answer, 1, by=PersonFactory())
    with write():
        delete_answer(answer, question, by=steward)
    deliver_pending()
    assert points_of(expert) == 0

    with write():
        restore_answer(answer, question, by=steward)
    deliver_pending()
    assert points_of(expert) == 10
    assert list(differences()) == []


def test_a_deleted_question_takes_the_points_of_its_answers_along(question, answer, asker, expert):
    steward = StewardFactory()
    judge(question, 1, by=PersonFactory())
    judge(answer, 1, by=PersonFactory())
    with write():
        delete_question(question, by=steward)
    deliver_pending()
    assert (points_of(asker), points_of(expert)) == (0, 0)

    with write():
        restore_question(question, by=steward)
    deliver_pending()
    assert (points_of(asker), points_of(expert)) == (5, 10)


def test_colleagues_votes_are_shown_and_earn_nothing(answer, expert):
    judge(answer, 1, by=StewardFactory())

    assert answer.helpful_count == 1
    assert points_of(expert) == 0


def test_votes_follow_the_role_of_the_voter(answer, expert):
    voter = PersonFactory()
    judge(answer, 1, by=voter)

    with write():
        grant_role(voter, Role.EXPERT)
    deliver_pending()
    assert points_of(expert) == 0

    with write():
        revoke_role(voter, Role.EXPERT)
    deliver_pending()
    assert points_of(expert) == 10


def test_tallies_of_an_import_earn_nothing(answer, expert):
    with write():
        db.session.add(VoteTally(post_id=answer.id, source="elsewhere", helpful=40, unhelpful=2))
        ledger.settle_threads([answer.question_id])

    assert points_of(expert) == 0


def test_no_more_than_two_hundred_points_of_votes_count_on_one_day(question, answer, expert, travel_to):
    for number in range(22):
        voter = PersonFactory()
        travel_to(MORNING + timedelta(minutes=number))
        with write():
            vote(answer, 1, by=voter)
    doubter = PersonFactory()
    travel_to(MORNING + timedelta(hours=5))
    with write():
        vote(answer, -1, by=doubter)
        accept_answer(question, answer, by=db.session.get(Person, question.author_id))
    deliver_pending()

    assert points_of(expert) == 213
    days = db.session.scalars(select(ReputationDay.points).where(ReputationDay.person_id == expert.id))
    assert list(days) == [213]


def test_settling_again_changes_nothing(question, answer, asker):
    judge(answer, 1, by=PersonFactory())
    with write():
        accept_answer(question, answer, by=asker)
    deliver_pending()
    before = db.session.scalar(select(func.count(ReputationEntry.id)))

    with write():
        ledger.settle_threads([question.id, question.id])
        ledger.settle_post(answer.id)
        ledger.settle_acceptance(question.id)

    assert db.session.scalar(select(func.count(ReputationEntry.id))) == before


def test_whoever_earned_nothing_has_one_point(asker):
    assert shown_totals([asker.id]) == {asker.id: 1}
    assert shown_totals([]) == {}


def test_wrong_sums_and_missing_entries_are_named_and_repaired(answer, expert):
    judge(answer, 1, by=PersonFactory())
    with write():
        db.session.get(ReputationTotal, expert.id).points = 99
        db.session.add(ReputationDay(person_id=expert.id, day=MORNING.date(), points=5))
    assert list(differences()) == [
        f"The reputation of person {expert.id} on 2026-03-20 is kept as 5; the ledger says 0.",
        f"The reputation of person {expert.id} is kept as 99; the ledger says 10.",
    ]

    with write():
        repair()
    assert list(differences()) == []
    assert points_of(expert) == 10


def test_a_vote_that_was_never_entered_is_found_once_the_outbox_is_empty(answer, expert):
    voter = PersonFactory()
    deliver_pending()
    with write():
        vote(answer, 1, by=voter)
    assert list(differences()) == []

    deliver_pending()
    with write():
        db.session.execute(ReputationEntry.__table__.delete())
        db.session.execute(ReputationDay.__table__.delete())
        db.session.execute(ReputationTotal.__table__.delete())
    assert list(differences()) == [
        f"Reputation of person {expert.id} for post {answer.id}: answer_up_voted is not entered as it happened."
    ]

    with write():
        repair()
    assert points_of(expert) == 10
