"""What may be said about few people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.affinity.cohort import (
    SHARES,
    active_bucket,
    band_word,
    confidence_word,
    in_five_percent,
    in_fives,
    in_halves,
    in_twentieths,
    is_cell_rest_too_small,
    is_rest_too_small,
    share_word,
    solve_rate,
    split,
    tie_word,
)

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("score", "active_people", "word"),
    [
        (99.0, 2, "early"),
        (0.0, 0, "early"),
        (14.99, 3, "new"),
        (15.0, 3, "acquainted"),
        (34.99, 9, "acquainted"),
        (35.0, 3, "engaged"),
        (59.99, 3, "engaged"),
        (60.0, 3, "trusted"),
    ],
)
def test_bands(score, active_people, word):
    assert band_word(score, active_people) == word


@pytest.mark.parametrize(
    ("people", "bucket"),
    [(0, "<3"), (2, "<3"), (3, "3-4"), (4, "3-4"), (5, "5-9"), (9, "5-9"), (10, "10-24"), (24, "10-24"), (25, "25+")],
)
def test_the_number_of_people_is_never_exact(people, bucket):
    assert active_bucket(people) == bucket


def test_with_one_small_topic_the_next_smallest_is_hidden_too():
    assert split({"storage": 5, "network": 1}, active_people=6) == {"storage": None, "network": None}


def test_with_two_small_topics_the_large_ones_are_shown():
    assert split({"storage": 9, "network": 2, "backup": 3}, active_people=9) == {
        "storage": 9,
        "network": None,
        "backup": None,
    }


def test_without_a_small_topic_all_are_shown():
    assert split({"storage": 5, "network": 7}, active_people=9) == {"storage": 5, "network": 7}


def test_below_five_active_people_there_is_no_split():
    assert split({"storage": 50}, active_people=4) == {"storage": None}


@given(st.dictionaries(st.text(max_size=3), st.integers(1, 30)), st.integers(0, 40))
def test_no_small_cell_is_shown_and_no_hidden_cell_stands_alone(cells, active_people):
    shown = split(cells, active_people)

    assert shown.keys() == cells.keys()
    assert all(people is None or people >= 5 for people in shown.values())
    hidden = [name for name, people in shown.items() if people is None]
    assert len(hidden) != 1 or len(cells) == 1


@pytest.mark.parametrize(
    ("people", "events", "word"),
    [(2, 500, "low"), (9, 9, "low"), (3, 10, "medium"), (8, 49, "medium"), (7, 50, "medium"), (8, 50, "high")],
)
def test_how_sure_a_score_is(people, events, word):
    assert confidence_word(people, events) == word


@pytest.mark.parametrize(
    ("strength", "people", "word"),
    [(2.9, 2, "some"), (0.49, 3, "weak"), (0.5, 3, "fair"), (1.99, 3, "fair"), (2.0, 3, "strong")],
)
def test_ties_in_words(strength, people, word):
    assert tie_word(strength, people) == word


@pytest.mark.parametrize(("solved", "asked", "rate"), [(9, 10, 0.8333), (0, 0, 0.5), (1, 1, 0.6667), (0, 10, 0.0833)])
def test_small_numbers_of_questions_cannot_shine(solved, asked, rate):
    assert solve_rate(solved, asked) == pytest.approx(rate, abs=1e-4)


def test_shares_hours_and_percents_are_told_roughly():
    assert in_twentieths(solve_rate(9, 10)) == 0.85
    assert (in_halves(3.4), in_halves(3.2), in_halves(0.2)) == (3.5, 3.0, 0.0)
    assert (in_five_percent(0.1), in_five_percent(0.17), in_five_percent(0.52)) == (10, 15, 50)


@pytest.mark.parametrize(
    ("people", "count"),
    [("", 0), ("abcd", 0), ("abcda", 5), ("abcdeabcd", 5), ("abcdeabcde", 10), ("a" * 50, 0), ("ab" * 50, 0)],
)
def test_counts_come_in_fives_and_only_of_three_people_and_more(people, count):
    assert in_fives(people) == count


@pytest.mark.parametrize(
    ("part", "whole", "word"),
    [(4, 4, None), (0, 5, 0), (1, 5, 0), (2, 6, 1), (4, 6, 1), (5, 6, 2), (5, 5, 2)],
)
def test_a_share_of_people_is_told_by_thirds_and_never_as_nobody_or_all(part, whole, word):
    assert share_word(part, whole) == (None if word is None else SHARES[word])


def test_a_rest_of_one_or_two_people_is_too_small_and_one_of_nobody_is_not():
    assert [is_rest_too_small(people) for people in (0, 1, 2, 3)] == [False, True, True, False]
    assert [is_cell_rest_too_small(people) for people in (0, 1, 4, 5)] == [False, True, True, False]
