"""Comparing shares of deals that were won."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.outcomes.comparison import Difference, e_value, newcombe, wilson

pytestmark = pytest.mark.pure


def test_the_worked_example_shows_no_clear_difference():
    found = newcombe(18, 30, 12, 30)

    assert (round(100 * found.of), round(100 * found.low), round(100 * found.high)) == (20, -5, 42)
    assert found.words == "no clear difference yet (+20 points, 95 % interval −5 to +42)"


def test_a_clear_difference_has_its_direction():
    assert newcombe(28, 30, 5, 30).words.startswith("higher (+77 points")
    assert newcombe(5, 30, 28, 30).words.startswith("lower (−77 points")


def test_an_interval_that_touches_none_is_not_clear():
    assert not Difference(of=0.1, low=0.0, high=0.2).is_clear


def test_the_worked_example_of_the_e_value():
    assert round(e_value(1.5), 2) == 2.37
    assert e_value(1 / 1.5) == pytest.approx(e_value(1.5))
    assert e_value(1) == 1


counts = st.integers(min_value=1, max_value=500).flatmap(
    lambda of: st.tuples(st.integers(min_value=0, max_value=of), st.just(of))
)


@given(one=counts)
def test_a_share_lies_in_its_interval(one):
    low, high = wilson(*one)

    assert 0 <= low <= one[0] / one[1] + 1e-12
    assert one[0] / one[1] - 1e-12 <= high <= 1


@given(one=counts, other=counts)
def test_turned_round_it_is_the_same_with_another_sign(one, other):
    there, back = newcombe(*one, *other), newcombe(*other, *one)

    assert there.of == pytest.approx(-back.of)
    assert there.low == pytest.approx(-back.high)
    assert -1 - 1e-9 <= there.low <= there.of <= there.high <= 1 + 1e-9
