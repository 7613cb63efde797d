"""Moments and durations as readers see them."""

from datetime import UTC, datetime, timedelta

import pytest

from app.web.ui.dates import date_words, duration_short, duration_words, exact_words, moment_words

pytestmark = pytest.mark.pure

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("past", "words"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=12), "12 minutes ago"),
        (timedelta(hours=3), "3 hours ago"),
        (timedelta(hours=23, minutes=59), "23 hours ago"),
        (timedelta(hours=30), "yesterday"),
        (timedelta(hours=40), "2 days ago"),
        (timedelta(hours=48), "10 March"),
        (timedelta(days=100), "2 December 2025"),
        (-timedelta(hours=2), "12 March"),
    ],
)
def test_a_moment_is_relative_within_two_days_only(past, words):
    assert moment_words(NOW - past, NOW) == words


def test_a_date_names_the_year_when_it_is_another_one():
    assert date_words(NOW, NOW) == "12 March"
    assert date_words(NOW.replace(year=2025), NOW) == "12 March 2025"
    assert exact_words(NOW, NOW) == "12 March, 09:30 UTC"


@pytest.mark.parametrize(
    ("length", "words", "short"),
    [
        (timedelta(seconds=2), "1 minute", "1 min"),
        (timedelta(minutes=59), "59 minutes", "59 min"),
        (timedelta(hours=1), "1 hour", "1 h"),
        (timedelta(hours=3, minutes=50), "3 hours", "3 h"),
        (timedelta(days=2), "2 days", "2 d"),
        (timedelta(days=13), "13 days", "13 d"),
        (timedelta(days=15), "2 weeks", "2 w"),
        (timedelta(days=800), "2 years", "2 y"),
    ],
)
def test_a_duration_is_told_in_its_largest_unit(length, words, short):
    assert duration_words(length) == words
    assert duration_short(length) == short
