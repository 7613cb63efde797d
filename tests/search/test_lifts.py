"""What lifts a thread and what lets it fall, and that words come first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.db import db, write
from app.questions.models import CloseReason, Question
from app.questions.queries import visible_to
from app.search import lifts
from app.search.lifts import Standing, lift, standing_of, with_standing
from tests.support.factories import AnswerFactory, QuestionFactory

NOW = datetime(2026, 6, 1, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=5_000)

STANDINGS = st.builds(
    Standing,
    id=st.just(1),
    asked_at=st.just(LONG_AGO),
    last_activity_at=st.timedeltas(timedelta(days=-9), timedelta(days=9_000)).map(lambda age: NOW - age),
    is_solved=st.booleans(),
    is_recommended=st.booleans(),
    works_companies=st.integers(0, 500),
    is_outdated=st.booleans(),
    is_duplicate=st.booleans(),
)


def old(**signs: object) -> Standing:
    return Standing(id=1, asked_at=LONG_AGO, **{"last_activity_at": LONG_AGO, **signs})


def standings() -> dict[int, Standing]:
    """What is known of every question that a guest sees."""
    ids = db.session.scalars(visible_to(None).with_only_columns(Question.id)).all()
    return {row.id: standing_of(row) for row in db.session.execute(with_standing(visible_to(None), ids))}


@pytest.mark.pure
@pytest.mark.parametrize(
    ("signs", "by"),
    [
        ({}, 1.0),
        ({"is_solved": True}, lifts.SOLVED),
        ({"is_recommended": True}, lifts.RECOMMENDED),
        ({"works_companies": 1}, 1 + (lifts.WORKS - 1) / 3),
        ({"works_companies": 3}, lifts.WORKS),
        ({"works_companies": 300}, lifts.WORKS),
        ({"last_activity_at": NOW}, lifts.FRESH),
        ({"last_activity_at": NOW - timedelta(days=365)}, 1 + (lifts.FRESH - 1) / 2),
        ({"last_activity_at": NOW - timedelta(days=730)}, 1.0),
        ({"is_outdated": True}, lifts.OUTDATED),
        ({"is_duplicate": True}, lifts.DUPLICATE),
        ({"is_solved": True, "is_outdated": True}, lifts.SOLVED * lifts.OUTDATED),
    ],
)
def test_each_sign_lifts_as_documented(signs, by):
    assert lift(old(**signs), NOW) == pytest.approx(by)


@pytest.mark.pure
def test_the_best_that_became_of_a_thread_is_less_than_twice_the_worst():
    best = old(is_solved=True, is_recommended=True, works_companies=lifts.WORKS_AT, last_activity_at=NOW)
    worst = old(is_outdated=True, is_duplicate=True)

    assert lift(best, NOW) < 2 * lift(worst, NOW)
    assert (lift(best, NOW), lift(worst, NOW)) == pytest.approx((1.32, 0.68), abs=0.005)


@pytest.mark.pure
@given(better=STANDINGS, worse=STANDINGS, score=st.floats(0.01, 1_000))
def test_no_lifts_turn_around_a_text_that_is_twice_as_good(better, worse, score):
    assert 2 * score * lift(better, NOW) > score * lift(worse, NOW)


def test_what_was_said_of_answers_is_known_of_their_question():
    said, plain = AnswerFactory(accepted=True), AnswerFactory()
    with write():
        said.recommended_count, said.works_companies = 2, 4

    known = standings()

    assert known[said.question_id].is_solved
    assert known[said.question_id].is_recommended
    assert known[said.question_id].works_companies == 4
    assert not known[plain.question_id].is_solved
    assert not known[plain.question_id].is_recommended


def test_a_question_without_answers_and_one_whose_answer_was_deleted_have_nothing_said():
    question, answer = QuestionFactory(), AnswerFactory()
    with write():
        answer.recommended_count, answer.outdated_voices = 1, 2
        answer.deleted_at = NOW

    for found in (standings()[question.id], standings()[answer.question_id]):
        assert not found.is_recommended
        assert not found.is_outdated


@pytest.mark.parametrize(
    ("accepted", "outdated", "expected"),
    [
        (None, (2, 2), True),
        (None, (2, 0), False),
        (None, (1, 1), False),
        (0, (2, 0), True),
        (0, (0, 2), False),
    ],
)
def test_a_thread_is_outdated_with_its_accepted_answer_or_with_all_of_them(accepted, outdated, expected):
    question = QuestionFactory()
    answers = [AnswerFactory(question=question, accepted=place == accepted) for place in range(2)]
    with write():
        for answer, voices in zip(answers, outdated, strict=True):
            answer.outdated_voices = voices

    assert standings()[question.id].is_outdated is expected


@pytest.mark.parametrize("reason", [CloseReason.DUPLICATE, CloseReason.MERGED])
def test_what_was_asked_before_is_known(reason):
    question, other = QuestionFactory(), QuestionFactory()
    with write():
        question.close_reason, other.close_reason = reason, CloseReason.OFF_TOPIC

    known = standings()

    assert known[question.id].is_duplicate
    assert not known[other.id].is_duplicate
