"""Won more often where people talk here more?"""

from datetime import timedelta

import pytest

from app.outcomes.matching import Case, Compared, compared, pair
from tests.outcomes.deals import NOW, deal, measured
from tests.support.factories import AccountFactory


@pytest.fixture(autouse=True)
def on_a_friday_in_march(travel_to):
    travel_to(NOW)


def cases(band, affinity, won, count, accounts=(1, 2, 3)):
    return [
        Case(accounts[number % len(accounts)], band, affinity, NOW - timedelta(days=number), number < won)
        for number in range(count)
    ]


@pytest.mark.pure
def test_the_worked_example():
    found = pair(cases("m", 40, 18, 30) + cases("m", 10, 12, 30))

    assert (found.pairs, found.high_won, found.low_won) == (30, 18, 12)
    assert found.difference.words.startswith("no clear difference yet")
    assert found.explained_away_by is None


@pytest.mark.pure
def test_pairs_are_of_one_size():
    found = pair(cases("m", 40, 9, 9) + cases("s", 10, 9, 9) + cases("s", 35, 1, 2))

    assert (found.pairs, found.high_won, found.low_won) == (2, 1, 2)
    assert not found.is_enough()


@pytest.mark.pure
def test_ten_pairs_are_enough_and_nine_are_not():
    assert pair(cases("m", 40, 5, 10) + cases("m", 10, 5, 10)).is_enough()
    assert not pair(cases("m", 40, 5, 9) + cases("m", 10, 5, 9)).is_enough()


@pytest.mark.pure
@pytest.mark.parametrize(
    ("high", "low", "known", "is_told"),
    [
        ((1, 2, 3), (4, 5, 6), (), True),
        ((1, 2), (4, 5, 6), (), False),
        ((1, 2, 3), (4,), (), False),
        ((1, 2, 3), (4, 5, 6), (1,), False),
        ((1, 2, 3), (4, 5, 6), (5, 6), False),
        ((1, 2, 3), (4, 5, 6), (1, 2, 3, 4, 5, 6), True),
    ],
    ids=["three each", "two high", "one low", "one of them known", "two of them known", "all known"],
)
def test_a_side_never_tells_of_one_or_two_accounts_of_others(high, low, known, is_told):
    """Else whoever looks after the others reads that a colleague's company talks here much, and how often it bought."""
    assert pair(cases("m", 40, 5, 10, high) + cases("m", 10, 5, 10, low)).is_enough(known) is is_told


@pytest.mark.pure
def test_between_fifteen_and_thirty_five_it_is_neither():
    assert pair(cases("m", 15, 9, 9) + cases("m", 34.9, 9, 9)).pairs == 0


@pytest.mark.pure
def test_the_latest_ones_are_paired_where_one_side_has_more():
    found = pair(cases("m", 40, 2, 5) + cases("m", 10, 0, 2))

    assert (found.pairs, found.high_won) == (2, 2)


@pytest.mark.pure
def test_a_clear_difference_says_what_would_explain_it_away():
    assert Compared(30, 27, 9).explained_away_by == pytest.approx(5.449, abs=0.001)
    assert Compared(30, 27, 0).explained_away_by is None
    assert not Compared(9, 9, 0).is_enough()


def test_affinity_is_that_of_the_last_snapshot_before_the_opening():
    account = AccountFactory(size_band="m")
    opened = NOW - timedelta(days=60)
    for days, score in ((70, 5), (61, 40), (59, 5)):
        measured(account, NOW - timedelta(days=days), score=score)
    deal(account, won=True, opened_at=opened)
    other = AccountFactory(size_band="m")
    measured(other, NOW - timedelta(days=61), score=5)
    deal(other, won=False, opened_at=opened)

    found = compared(NOW)
    assert (found.pairs, found.high_won, found.low_won) == (1, 1, 0)
    assert (found.high_accounts, found.low_accounts) == ({account.id}, {other.id})


@pytest.mark.parametrize("hidden", [{"people": 2}, {"withheld": True}], ids=["of two people", "withheld"])
def test_an_affinity_that_no_report_shows_is_in_no_pair(hidden):
    """Else whoever looks after the account closes a deal there, and reads on which side it comes."""
    opened = NOW - timedelta(days=60)
    for score, more in ((40, hidden), (5, {})):
        account = AccountFactory(size_band="m")
        measured(account, opened - timedelta(days=1), score=score, **more)
        deal(account, opened_at=opened)

    assert compared(NOW).pairs == 0


def test_what_is_not_known_is_left_out():
    opened = NOW - timedelta(days=60)
    unknown, unmeasured, stale, still_open = (AccountFactory(size_band=band) for band in (None, "m", "m", "m"))
    for account in (unknown, still_open):
        measured(account, opened - timedelta(days=1), score=40)
    measured(stale, opened - timedelta(days=36), score=40)
    for account in (unknown, unmeasured, stale):
        deal(account, opened_at=opened)
    deal(still_open, won=None, closed=None, opened_at=opened)
    low = AccountFactory(size_band="m")
    measured(low, opened - timedelta(days=1), score=5)
    deal(low, won=False, opened_at=opened)

    assert compared(NOW).pairs == 0
