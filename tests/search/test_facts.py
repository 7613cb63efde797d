"""What a thread is, in tokens."""

from __future__ import annotations

import pytest

from app.search.facts import State, facts_of
from app.search.language import parse

pytestmark = pytest.mark.pure


def test_a_thread_without_answers_waits_for_one():
    assert facts_of(State(is_unanswered=True, authors=[7])) == ("type:question", "is:unanswered", "author:7")


def test_all_that_is_known_becomes_tokens():
    state = State(
        tags=["c++", "Networking"],
        products=["halyard-400"],
        authors=[7, 12],
        is_solved=True,
        is_answered=True,
        has_expert=True,
    )

    assert set(facts_of(state)) == {
        "type:question",
        "type:answer",
        "is:solved",
        "is:expert",
        "tag:c++",
        "tag:networking",
        "product:halyard-400",
        "author:7",
        "author:12",
    }


def test_filters_ask_for_these_tokens():
    asked = parse("type:question type:answer is:solved is:unanswered is:expert tag:Networking")
    facts = facts_of(State(tags=["networking"], is_solved=True, is_unanswered=True, is_answered=True, has_expert=True))

    assert {fact.token for fact in asked.facts} == set(facts)
