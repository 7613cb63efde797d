"""How entries of the ledger add up."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reputation.points import POINTS, Entry, day_sum, day_sums, shown, totals

pytestmark = pytest.mark.pure

NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)


def entry(number: int, kind: str, at: datetime = NOON, person_id: int = 1, reverses: int | None = None) -> Entry:
    return Entry(id=number, at=at, person_id=person_id, kind=kind, points=POINTS[kind], reverses=reverses)


A_GOOD_DAY = [
    *(entry(number, "answer_up_voted") for number in range(1, 23)),
    entry(23, "answer_accepted"),
    entry(24, "answer_down_voted"),
]


@given(st.permutations(A_GOOD_DAY))
def test_twenty_two_up_votes_an_accept_and_a_down_vote_make_213_in_any_order(entries):
    assert totals(entries) == {1: 213}


def test_without_the_cap_days_simply_add_up():
    entries = [
        entry(1, "question_up_voted"),
        entry(2, "accepted_an_answer", at=NOON + timedelta(days=1)),
        entry(3, "down_voted_an_answer", at=NOON + timedelta(days=1)),
        entry(4, "answer_up_voted", person_id=2),
    ]

    assert day_sums(entries) == {(1, date(2026, 3, 20)): 5, (1, date(2026, 3, 21)): 1, (2, date(2026, 3, 20)): 10}
    assert totals(entries) == {1: 6, 2: 10}


def test_accepts_stand_outside_the_cap():
    votes = [entry(number, "answer_up_voted") for number in range(20)]

    assert day_sum([*votes, entry(21, "answer_accepted"), entry(22, "accepted_an_answer")]) == 217


def test_days_end_at_midnight_in_utc():
    late = datetime(2026, 3, 20, 23, 59, tzinfo=UTC)

    soon_after = late + timedelta(hours=1)

    assert len(day_sums([entry(1, "answer_up_voted", late), entry(2, "answer_up_voted", soon_after)])) == 2


kinds = st.sampled_from(sorted(POINTS))
moments = st.integers(0, 72).map(lambda hours: NOON + timedelta(hours=hours))
ledgers = st.lists(st.tuples(kinds, moments, st.integers(1, 3)), max_size=60).map(
    lambda rows: [entry(number, kind, at, person) for number, (kind, at, person) in enumerate(rows, 1)]
)


@given(ledgers, st.data())
def test_what_is_taken_back_is_as_if_it_had_never_been(ledger, data):
    taken_back = data.draw(st.sets(st.sampled_from(ledger)) if ledger else st.just(set()))
    later = NOON + timedelta(days=30)
    reversals = [
        replace(original, id=1_000 + original.id, at=later, points=-original.points, reverses=original.id)
        for original in taken_back
    ]
    kept = [original for original in ledger if original not in taken_back]

    assert day_sums(data.draw(st.permutations(ledger + reversals))) == day_sums(kept)


@pytest.mark.parametrize(("total", "expected"), [(-7, 1), (0, 1), (1, 1), (213, 213)])
def test_the_shown_total_is_never_below_one(total, expected):
    assert shown(total) == expected
