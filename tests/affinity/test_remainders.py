"""A subsidiary beside the company above it: what is left of one number after another is taken from it."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.affinity.remainders import withhold
from app.affinity.report import AccountHistory, Made, make
from app.affinity.score import Event
from tests.affinity.histories import NOON

pytestmark = pytest.mark.pure

TOPICS = {"s": "storage", "n": "network", "b": "backup"}


def family(
    people: Mapping[int, str], parents: Mapping[int, int], topics: Mapping[str, str] | None = None
) -> dict[int, Made]:
    """Reports of accounts with these active people of their own, each on the union of itself and all below."""
    talk = topics or {}
    tags = {f"{person} {topic}": [TOPICS[topic]] for person, spoken in talk.items() for topic in spoken}

    def whole(account: int) -> str:
        return people.get(account, "") + "".join(whole(child) for child, parent in parents.items() if parent == account)

    def events(account: int) -> list[Event]:
        at = NOON - timedelta(days=3)
        asked = [Event(f"{person} ask", at, person, "ask") for person in whole(account)]
        spoken = [Event(q, at, q[0], "ask", None, q) for q in tags if q[0] in whole(account)]
        return asked + spoken

    accounts = sorted({*people, *parents, *parents.values()})
    made = ((one, make(AccountHistory(events=events(one), employees=500, tags=tags), NOON)) for one in accounts)
    return dict(withhold(made, parents))


def shown(reports: Mapping[int, Made]) -> set[int]:
    return {account for account, one in reports.items() if one.report.figures is not None}


def topics_of(one: Made) -> set[str]:
    return {line.name for line in one.report.figures.topics} if one.report.figures else set()


def test_a_subsidiary_whose_rest_is_two_people_shows_no_number():
    reports = family({1: "xy", 2: "abcd"}, {2: 1})

    assert shown(reports) == {1}
    assert (reports[2].withheld, reports[2].report.band, reports[2].report.people) == (True, "early", "<3")
    assert not reports[1].withheld


@pytest.mark.parametrize("rest", ["", "xyz"])
def test_a_subsidiary_is_shown_where_nobody_or_three_people_remain(rest):
    assert shown(family({1: rest, 2: "abcd"}, {2: 1})) == {1, 2}


def test_of_several_subsidiaries_the_smallest_makes_room():
    reports = family({1: "x", 2: "abcd", 3: "efg"}, {2: 1, 3: 1})

    assert shown(reports) == {1, 2}


def test_two_subsidiaries_that_leave_one_small_one_are_not_both_shown():
    assert shown(family({2: "abcd", 3: "efg", 4: "hi"}, {2: 1, 3: 1, 4: 1})) == {1, 2}


def test_what_stands_below_a_withheld_subsidiary_counts_for_the_company_above():
    """Account 3 is the whole of 2 but for nobody, and 1 has one person more: withholding 2 alone would not do."""
    assert shown(family({1: "x", 3: "abcd"}, {2: 1, 3: 2})) == {1}


def test_accounts_that_belong_to_nobody_are_handed_on_as_they_are():
    assert shown(family({1: "abc", 2: "xy"}, {})) == {1}


def test_a_topic_is_hidden_below_where_one_to_four_people_of_it_remain_above():
    talk = dict.fromkeys("abcdeuvw", "s")

    assert topics_of(family({2: "abcde", 1: "uvw"}, {2: 1}, talk)[2]) == set()
    assert topics_of(family({2: "abcde", 1: "uvw"}, {2: 1}, talk)[1]) == {"storage"}
    assert topics_of(family({2: "abcde", 1: "uvwxy"}, {2: 1}, talk | dict.fromkeys("xy", "s"))[2]) == {"storage"}


def test_with_one_topic_the_next_smallest_is_hidden_too():
    talk = dict.fromkeys("abcde", "snb") | dict.fromkeys("fg", "nb") | dict.fromkeys("uvw", "s") | {"h": "b"}
    reports = family({2: "abcdefgh", 1: "uvw"}, {2: 1}, talk)

    assert topics_of(reports[2]) == {"backup"}
    assert reports[2].report.figures.topics_withheld


TREES = st.dictionaries(st.integers(2, 6), st.integers(1, 5), max_size=5).map(
    lambda above: {child: min(parent, child - 1) for child, parent in above.items()}
)
PEOPLE = st.dictionaries(
    st.integers(1, 6), st.text(alphabet="abcdefghijkl", max_size=6).map(lambda t: "".join(dict.fromkeys(t)))
)


@settings(max_examples=150, deadline=None)
@given(PEOPLE, TREES, st.dictionaries(st.sampled_from("abcdefghijkl"), st.sampled_from(["s", "n", "sn", "snb"])))
def test_no_sum_of_subsidiaries_leaves_one_or_two_people_or_a_small_cell(people, parents, talk):
    """Somebody may be in several accounts: they moved."""
    reports = family(people, parents, talk)

    for parent in shown(reports) & set(parents.values()):
        below = [child for child in shown(reports) if _is_below(child, parent, parents)]
        tops = [one for one in below if not any(_is_below(one, other, parents) for other in below)]
        rest = reports[parent].active.difference(*(reports[one].active for one in tops))
        assert len(rest) not in {1, 2}
        for topic in topics_of(reports[parent]):
            telling = [one for one in below if topic in topics_of(reports[one])]
            highest = [one for one in telling if not any(_is_below(one, other, parents) for other in telling)]
            cells = [reports[one].topics[topic] for one in highest]
            if cells:
                assert len(reports[parent].topics[topic].difference(*cells)) not in {1, 2, 3, 4}


def _is_below(account: int, other: int, parents: Mapping[int, int]) -> bool:
    above = parents.get(account)
    return above is not None and (above == other or _is_below(above, other, parents))
