"""Pairs who vote for each other more than chance allows are found, teams that write most of a topic are not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.jobs.reputation import review_votes
from app.kernel import clock
from app.kernel.db import db, write
from app.people.models import Person
from app.posts.actions import vote
from app.posts.models import Post
from app.questions.models import Answer, Question
from app.reputation import ledger, rings, weighing
from app.reputation.models import ReputationEntry, VoteRing
from app.reputation.rings import Mutual, ring_of, tail
from tests.support.factories import AccountFactory, AnswerFactory, PersonFactory, QuestionFactory


@pytest.mark.pure
def test_the_worked_numbers_of_a_ring():
    pair = Mutual(1, 2, first_to_second=18, second_to_first=15, votes_of_first=24, votes_of_second=20)

    assert pair.ring == pytest.approx(0.682, abs=0.0005)
    assert tail(18, 24, 1 / 40) == pytest.approx(1.7e-24, rel=0.02)
    assert tail(15, 20, 1 / 40) < 1e-6


@pytest.mark.pure
@given(st.integers(0, 60), st.integers(0, 60), st.integers(1, 39))
def test_the_tail_is_that_of_the_binomial_distribution(least, trials, fortieths):
    chance = Fraction(fortieths, 40)
    exact = sum(
        math.comb(trials, hits) * chance**hits * (1 - chance) ** (trials - hits) for hits in range(least, trials + 1)
    )

    assert tail(least, trials, float(chance)) == pytest.approx(float(exact), rel=1e-9)


@pytest.mark.pure
def test_the_tail_holds_at_its_ends():
    assert (tail(0, 10, 0.0), tail(3, 10, 0.0), tail(3, 10, 1.0), tail(11, 10, 0.5)) == (1, 0, 1, 0)
    assert 0 < tail(50_000, 100_000, 0.49) < 1e-6
    assert tail(1, 100_000, 0.5) == pytest.approx(1)
    assert (ring_of(0, 9, 20), ring_of(5, 5, 10), ring_of(0, 0, 0)) == (0, 1, 0)


def find_helpful(answers: Sequence[Answer], by: Person) -> None:
    with write():
        for answer in answers:
            vote(db.session.get_one(Post, answer.id), 1, by=db.session.get_one(Person, by.id))


def answers_by(author: Person, number: int) -> list[Answer]:
    with write():
        question = QuestionFactory()
        return [AnswerFactory(question=question, author=author) for _ in range(number)]


def kept() -> list[tuple[int, int]]:
    db.session.expire_all()
    return [(one.first_id, one.second_id) for one in db.session.scalars(select(VoteRing).order_by(VoteRing.first_id))]


def closed_pair(others: int, **who: object) -> tuple[Person, Person]:
    """Two people with eight answers each, who found each other's helpful, among so many answers by others."""
    first, second = PersonFactory(**who), PersonFactory(**who)
    by_first, by_second = answers_by(first, 8), answers_by(second, 8)
    by_others = answers_by(PersonFactory(), others)
    find_helpful(by_second, first)
    find_helpful(by_first, second)
    find_helpful(by_others[:1], first)
    return first, second


def settle() -> None:
    """What the reactions to these answers and votes make of them, thread by thread instead of one by one."""
    with write():
        weighing.settle_threads(db.session.scalars(select(Question.id)))
        ledger.settle_all()


def test_a_pair_that_keeps_its_votes_among_many_answers_waits_for_a_steward():
    first, second = closed_pair(60)
    settle()
    points = db.session.scalars(select(ReputationEntry.points)).all()

    review_votes()

    assert kept() == [(first.id, second.id)]
    row = db.session.get_one(VoteRing, (first.id, second.id))
    assert (row.first_to_second, row.second_to_first, row.votes_of_first, row.votes_of_second) == (8, 8, 9, 8)
    # Eight of the 68 answers that either could vote for are the other's.
    assert row.tail == pytest.approx(tail(8, 9, 8 / 68))
    assert row.looked_at is None
    # A pair that is found loses nothing; its votes are taken back as bursts, and as nothing else.
    rows = select(ReputationEntry.reason).where(ReputationEntry.reverses_id.is_not(None)).distinct()
    assert list(db.session.scalars(rows)) == ["burst"]
    assert len(points) == 17


def test_where_two_write_most_of_a_topic_their_votes_say_nothing():
    closed_pair(3)
    settle()
    review_votes()

    assert kept() == []


def test_people_of_one_company_make_no_pair():
    closed_pair(60, account=AccountFactory())
    settle()
    review_votes()

    assert kept() == []


def test_fewer_than_ten_votes_and_open_voters_make_no_pair(monkeypatch):
    # Whatever is not certain is unlikely enough, so that nothing else keeps these from being found.
    monkeypatch.setattr(rings, "SMALLEST_TAIL", 1)
    few = [PersonFactory(), PersonFactory()]
    for number, (author, voter) in enumerate((few, few[::-1]), start=4):
        find_helpful(answers_by(author, number), voter)
    generous = [PersonFactory(), PersonFactory()]
    others = answers_by(PersonFactory(), 9)
    for author, voter in (generous, generous[::-1]):
        find_helpful(answers_by(author, 6), voter)
        find_helpful(others, voter)
    settle()
    review_votes()

    assert kept() == []


def test_pairs_go_when_their_votes_do_unless_somebody_looked():
    pairs = [closed_pair(60), closed_pair(1)]
    settle()
    review_votes()
    assert kept() == [(pairs[0][0].id, pairs[0][1].id), (pairs[1][0].id, pairs[1][1].id)]
    with write():
        looked = db.session.get_one(VoteRing, (pairs[0][0].id, pairs[0][1].id))
        looked.looked_at, looked.verdict = clock.now(), "They share a desk and a topic."
        rings.keep({})

    assert kept() == [(pairs[0][0].id, pairs[0][1].id)]
