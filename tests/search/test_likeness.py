"""How alike two threads are: the formula, its limits, and its words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.engines.layout import Contents
from app.search.likeness import BEGINNING, LIKELY, VERY, in_words, likeness
from app.search.port import Thread

pytestmark = pytest.mark.pure


def contents(title: str, body: str = "") -> Contents:
    return Contents.of(Thread(id=1, title=title, body=body))


def test_a_worked_number():
    """Titles share replic and stall, and firewall stands alone: 2 * 2 / (2 + 3) = 0.8. Texts share port8443, which
    counts 1.5 for its digits: 2 * 1.5 / (1.5 + 1 + 1.5 + 1) = 0.6.
    """
    one = contents("Replication stalls", "port8443 gateway")
    other = contents("Replication stalls firewall", "port8443 cluster")

    assert likeness(one, other) == pytest.approx(0.6 * 0.8 + 0.4 * 0.6)


def test_the_same_words_are_wholly_alike_and_others_not_at_all():
    one = contents("Volume loses its mirror", "It happens at night.")

    assert likeness(one, one) == 1.0
    assert likeness(one, contents("Certificate renewal", "Chain incomplete")) == 0.0
    assert likeness(contents(""), contents("")) == 0.0


def test_words_of_asking_say_little():
    one = contents("How can I use the best cluster?")

    assert likeness(one, contents("How can I use the best switch?")) < 0.5 < likeness(one, contents("Which cluster?"))


def test_without_a_text_the_title_says_it_all():
    assert likeness(contents("Volume loses mirror"), contents("Volume loses mirror", "Every night.")) == 1.0


def test_only_the_beginning_of_a_text_is_compared():
    begun = " ".join(f"word{number}" for number in range(BEGINNING))

    assert likeness(contents("a volume", begun + " mirror"), contents("a volume", begun + " quorum")) == 1.0


@pytest.mark.parametrize(
    ("found", "words"), [(1.0, "very alike"), (VERY, "very alike"), (LIKELY, "much alike"), (0.2, "")]
)
def test_it_is_said_in_words(found, words):
    assert in_words(found) == words


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_it_is_between_0_and_1_and_the_same_in_either_order(title, body, other_title, other_body):
    one, other = contents(title, body), contents(other_title, other_body)

    assert 0.0 <= likeness(one, other) <= 1.0 + 1e-9
    assert likeness(one, other) == likeness(other, one)
    assert likeness(one, one) == pytest.approx(1.0) or not one.parts[0]
