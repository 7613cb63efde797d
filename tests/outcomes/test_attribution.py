"""Splitting an amount over what touched it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.outcomes.attribution import (
    RULES,
    community_part,
    first_touch,
    in_cents,
    last_touch,
    linear,
    time_decay,
    u_shape,
)

pytestmark = pytest.mark.pure

# An answer, an article, a meeting, an answer; 250,000.00 of a currency with cents.
DAYS = [90, 60, 30, 10]
AMOUNT = 25_000_000

days = st.lists(st.floats(min_value=0, max_value=20_000), max_size=40)
amounts = st.integers(min_value=0, max_value=10**15)
rules = st.sampled_from(sorted(RULES))


def units(cents):
    return [round(part / 100) for part in cents]


@pytest.mark.parametrize(
    ("rule", "parts"),
    [
        (first_touch, [250_000, 0, 0, 0]),
        (last_touch, [0, 0, 0, 250_000]),
        (linear, [62_500, 62_500, 62_500, 62_500]),
        (time_decay, [18_727, 37_454, 74_909, 118_910]),
        (u_shape, [100_000, 25_000, 25_000, 100_000]),
    ],
    ids=["first", "last", "linear", "time decay", "u"],
)
def test_the_worked_example(rule, parts):
    assert units(in_cents(AMOUNT, rule(DAYS))) == parts


def test_the_weights_of_decay():
    assert [round(weight, 4) for weight in time_decay(DAYS)] == [0.0749, 0.1498, 0.2996, 0.4756]


def test_a_share_that_is_a_round_number_loses_no_cent():
    assert in_cents(AMOUNT, u_shape(DAYS)) == [10_000_000, 2_500_000, 2_500_000, 10_000_000]


def test_the_u_of_one_and_of_two():
    assert u_shape([12]) == [1]
    assert u_shape([12, 3]) == [0.5, 0.5]


def test_four_of_ten_touches_are_forty_percent():
    touches = [(float(number), number < 4) for number in range(10)]

    assert community_part(AMOUNT, linear, touches) == 10_000_000


def test_order_is_that_of_time_and_not_of_the_list():
    assert first_touch([10, 90, 30]) == [0, 1, 0]
    assert last_touch([10, 90, 30]) == [1, 0, 0]
    assert u_shape([10, 90, 30]) == pytest.approx([0.4, 0.4, 0.2])


def test_what_rounding_leaves_goes_to_the_largest():
    assert in_cents(100, linear([3, 2, 1])) == [34, 33, 33]
    assert in_cents(1, u_shape([9, 5, 1])) == [1, 0, 0]
    assert in_cents(5, linear(range(9))) == [5, 0, 0, 0, 0, 0, 0, 0, 0]


def test_thirty_days_halve_a_touch_however_long_ago():
    recent, older = time_decay([10_000, 10_030])

    assert recent == pytest.approx(2 * older)


@given(rule=rules, days=days)
def test_the_weights_add_up_to_one(rule, days):
    weights = RULES[rule](days)

    assert len(weights) == len(days)
    assert all(weight >= 0 for weight in weights)
    assert math.fsum(weights) == pytest.approx(1 if days else 0)


@given(rule=rules, days=days.filter(bool), amount=amounts)
def test_the_parts_add_up_to_the_amount_to_the_cent(rule, days, amount):
    parts = in_cents(amount, RULES[rule](days))

    assert sum(parts) == amount
    assert all(part >= 0 for part in parts)


@given(rule=rules, days=days.filter(bool), amount=amounts, here=st.data())
def test_the_community_gets_between_nothing_and_everything(rule, days, amount, here):
    flags = here.draw(st.lists(st.booleans(), min_size=len(days), max_size=len(days)))
    touches = list(zip(days, flags, strict=True))
    others = [(day, not flag) for day, flag in touches]

    part = community_part(amount, RULES[rule], touches)

    assert 0 <= part <= amount
    assert part + community_part(amount, RULES[rule], others) == amount


@pytest.mark.parametrize("rule", sorted(RULES))
def test_without_touches_there_is_nothing_to_split(rule):
    assert RULES[rule]([]) == []
    assert in_cents(AMOUNT, []) == []
    assert community_part(AMOUNT, RULES[rule], []) == 0
