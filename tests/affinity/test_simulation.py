"""On simulated customers the score finds the true relationship at least as well as counting posts does.

The simulator is ours, so this shows that the score is hard to distort, not that it is true.
"""

from statistics import mean

import pytest

from tests.affinity.simulation import WORLDS, Account, accounts, rank_correlation

pytestmark = pytest.mark.pure

SEEDS = range(5)
ACCOUNTS = 300


@pytest.fixture(scope="module")
def found() -> dict[str, tuple[float, float]]:
    """For each world the rank correlation with the truth, over all seeds: of affinity, and of decayed posts."""
    return {name: correlations(name) for name in WORLDS}


def correlations(name: str) -> tuple[float, float]:
    affinity, posts = [], []
    for seed in SEEDS:
        made = accounts(WORLDS[name], seed, ACCOUNTS)
        truth = [account.theta for account in made]
        affinity.append(rank_correlation(truth, [account.affinity() for account in made]))
        posts.append(rank_correlation(truth, [account.decayed_posts() for account in made]))
    return mean(affinity), mean(posts)


@pytest.mark.parametrize("world", WORLDS)
def test_affinity_is_no_worse_than_counting_posts(found, world):
    affinity, posts = found[world]

    assert affinity >= posts - 0.03


@pytest.mark.parametrize("world", ["mega", "gamers"])
def test_affinity_is_better_where_somebody_distorts_the_picture(found, world):
    affinity, posts = found[world]

    assert affinity >= posts + 0.05


@pytest.mark.parametrize("world", ["quiet", "relation", "volume", "mega", "gamers"])
def test_affinity_finds_something_where_there_is_something(found, world):
    assert found[world][0] > 0.1


def test_affinity_finds_nothing_where_there_is_nothing(found):
    assert abs(found["null"][0]) < 0.15


def test_one_person_who_asks_all_the_time_never_makes_a_simulated_company_engaged():
    crowded = [account for account in accounts(WORLDS["mega"], 1, 100) if is_one_persons(account)]

    assert crowded
    assert max(account.affinity() for account in crowded) < 35


def is_one_persons(account: Account) -> bool:
    return len(account.events) > 300 and len({event.person for event in account.events}) == 1 and account.employees > 25


def test_ranks_of_equal_values_are_shared():
    assert rank_correlation([1, 2, 3], [10, 20, 30]) == pytest.approx(1)
    assert rank_correlation([1, 2, 3], [5, 4, 3]) == pytest.approx(-1)
    assert rank_correlation([1, 2, 3, 4], [1, 1, 2, 2]) == pytest.approx(0.8944, abs=1e-4)
    assert rank_correlation([1, 2, 3], [7, 7, 7]) == 0
