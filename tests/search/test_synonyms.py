"""Words that say the same."""

from __future__ import annotations

from collections import Counter

import pytest

from app.search.abbreviations import GROUPS
from app.search.synonyms import MOST, alternatives
from app.search.words import stems

pytestmark = pytest.mark.pure

LINES = GROUPS.splitlines()


def test_words_of_a_group_stand_for_one_another():
    assert alternatives("wifi") == ("wi-fi", "wireless", "wlan")
    assert alternatives("WLAN") == ("wifi", "wi-fi", "wireless")
    assert alternatives("directories") == ("dir", "folder")
    assert alternatives("replication") == ()


def test_the_names_of_a_topic_come_first():
    assert alternatives("k8s", ["kubernetes", "k8s", "container-orchestration"]) == (
        "kubernetes",
        "container-orchestration",
    )
    assert alternatives("wifi", ["wireless", "wifi"]) == ("wireless", "wi-fi", "wlan")


def test_what_the_index_takes_for_the_same_word_is_named_once():
    assert alternatives("servers", ["server", "serving-host", "Serving-Host"]) == ("serving-host",)
    assert alternatives("c", ["c++"]) == ("c++",)


def test_there_are_few():
    assert len(alternatives("thing", [f"name{number}" for number in range(9)])) == MOST


@pytest.mark.parametrize("line", LINES)
def test_a_group_holds_distinct_words_and_few(line):
    words = line.split()

    assert 2 <= len(words) <= MOST + 1
    assert len({tuple(stems(word)) for word in words}) == len(words)


def test_no_word_stands_in_two_groups_and_none_is_another_word_by_its_stem():
    counts = Counter(tuple(stems(word)) for line in LINES for word in line.split())
    assert [each for each, count in counts.items() if count > 1] == []

    names = [word for line in LINES for word in line.split() if "-" in word]
    assert [name for name in names if len(stems(name)) < 2] == []


def test_groups_are_in_order():
    assert sorted(LINES) == LINES
