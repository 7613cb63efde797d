"""Whether people come back: by quarters, in thirds, never of few."""

from datetime import UTC, datetime

import pytest

from app.affinity.cohort import SHARES
from app.affinity.loyalty import quarter_of, returning
from app.affinity.score import Event

pytestmark = pytest.mark.pure

MARCH, APRIL = datetime(2026, 3, 31, 23, tzinfo=UTC), datetime(2026, 4, 2, tzinfo=UTC)
THEN, BEFORE = datetime(2026, 2, 1, tzinfo=UTC), datetime(2025, 11, 1, tzinfo=UTC)


def asked(people: str, at: datetime) -> list[Event]:
    return [Event(f"{person} {at}", at, person, "ask") for person in people]


@pytest.mark.parametrize(
    ("people_before", "word"),
    [("", SHARES[0]), ("a", SHARES[0]), ("ab", SHARES[1]), ("abcde", SHARES[2]), ("abcdefxyz", SHARES[2])],
)
def test_those_of_the_last_full_quarter_who_were_there_before(people_before, word):
    assert returning(asked("abcdef", THEN) + asked(people_before, BEFORE), APRIL) == word


def test_nothing_is_told_of_four_people_or_of_a_quarter_that_is_not_over():
    assert returning(asked("abcd", THEN) + asked("abcd", BEFORE), APRIL) is None
    assert returning(asked("abcdef", THEN), MARCH) is None


def test_to_be_answered_is_not_to_come_back():
    answered = [Event(f"to {person}", BEFORE, person, "expert_answer", "7") for person in "abcdef"]

    assert returning(asked("abcdef", THEN) + answered, APRIL) == SHARES[0]


def test_a_quarter_begins_on_its_first_day():
    assert quarter_of(datetime(2026, 12, 31, tzinfo=UTC)) == datetime(2026, 10, 1, tzinfo=UTC)
    assert returning(asked("abcdef", datetime(2025, 12, 31, tzinfo=UTC)), THEN) == SHARES[0]
