"""What holds of the score for every history, sensible or not."""

import math
from dataclasses import astuple, replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.affinity.score import HALF_LIFE, OVERDUE_AFTER, PART_POINTS, WEIGHTS, Event, Weighed, score
from tests.affinity.histories import NOON, PEOPLE, events, histories, moments, sizes

pytestmark = pytest.mark.pure

ROUNDING = 1e-9
BENEFICIAL = [kind for kind in WEIGHTS if kind != "ask"]
CEILING_FOR_ONE_PERSON = 18.6646109

many = settings(max_examples=800, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@many
@given(histories, sizes)
def test_it_lies_between_0_and_100_and_is_the_sum_of_its_parts(history, employees):
    result = score(history, NOON, employees)

    assert 0 <= result.score <= 100
    assert math.isclose(result.score, sum(astuple(result.parts)), abs_tol=ROUNDING)
    for part, most in zip(astuple(result.parts), astuple(PART_POINTS), strict=True):
        assert 0 <= part <= most


@many
@given(histories, st.randoms(use_true_random=False))
def test_the_order_of_events_makes_no_difference(history, random):
    shuffled = random.sample(history, len(history))

    assert score(shuffled, NOON) == score(history, NOON)


@many
@given(st.lists(events(ids=st.sampled_from("abcdefgh")), max_size=20), st.randoms(use_true_random=False))
def test_the_order_makes_no_difference_where_ids_clash_either(history, random):
    assert score(random.sample(history, len(history)), NOON) == score(history, NOON)


@many
@given(histories, st.data())
def test_an_event_told_twice_counts_once(history, data):
    twice = history + data.draw(st.lists(st.sampled_from(history), max_size=5)) if history else history

    assert score(twice, NOON) == score(history, NOON)


@many
@given(histories)
def test_the_names_of_people_make_no_difference(history):
    renamed = [replace(event, person=f"{event.person[::-1]}-x") for event in history]

    assert score(renamed, NOON) == score(history, NOON)


@many
@given(histories, st.lists(events(kinds=BENEFICIAL), min_size=1, max_size=3), sizes)
def test_nothing_but_a_question_ever_lowers_it(history, added, employees):
    before = score(history, NOON, employees).score

    assert score(history + added, NOON, employees).score >= before - ROUNDING


@many
@given(histories, moments(oldest=OVERDUE_AFTER, youngest=timedelta(0)), st.sampled_from(["ana", "ben", "new"]))
def test_a_new_question_does_not_lower_it_within_72_hours(history, asked_at, person):
    ask = Event("the new one", asked_at, person, "ask", question="the new question")

    assert score([*history, ask], NOON).score >= score(history, NOON).score - ROUNDING


@many
@given(histories, st.integers(0, 400 * 24))
def test_silence_never_raises_it_and_halves_it_at_most_once_in_180_days(history, hours):
    later = NOON + timedelta(hours=hours)
    known = [event for event in history if event.at <= NOON and not _crosses_the_line(event, later)]

    now_score, later_score = score(known, NOON).score, score(known, later).score

    bound = now_score * 2 ** -((later - NOON) / HALF_LIFE)
    assert bound - ROUNDING <= later_score <= now_score + ROUNDING


@many
@given(histories, sizes, sizes)
def test_more_employees_never_raise_it(history, one, other):
    smaller, larger = sorted(500 if size is None else size for size in (one, other))

    assert score(history, NOON, larger).score <= score(history, NOON, smaller).score + ROUNDING


@many
@given(histories, sizes, st.sampled_from(PEOPLE))
def test_a_person_who_is_left_out_leaves_nothing_behind(history, employees, person):
    others = [event for event in history if event.person != person]

    assert Weighed(history).score(NOON, employees, without=person) == score(others, NOON, employees)


@many
@given(histories)
def test_one_person_has_a_ceiling(history):
    alone = [replace(event, person="ana") for event in history]

    assert score(alone, NOON, 500).score <= CEILING_FOR_ONE_PERSON


def test_the_ceiling_is_what_a_person_with_every_value_at_one_would_bring():
    scale = (500 / 50) ** 0.30
    halves = {25: 2, 30: 2, 15: 1.5}
    ceiling = sum(points * (1 - 2 ** (-1 / (half * scale))) for points, half in halves.items())
    ceiling += 15 * (1 - 2 ** (-1 / (2 * scale))) + 15 * (1 - 2 ** (-1 / scale))

    assert round(ceiling, 2) == 18.66
    assert pytest.approx(ceiling) == CEILING_FOR_ONE_PERSON


def _crosses_the_line(event: Event, later) -> bool:
    """True for a question that becomes overdue between noon and `later`."""
    return event.kind == "ask" and NOON - event.at <= OVERDUE_AFTER < later - event.at
