"""What a query asks of an index."""

from __future__ import annotations

import pytest

from app.search.engines.clauses import Clause, Wanted, Way, wanted
from app.search.language import parse

pytestmark = pytest.mark.pure

RAID = Clause((Way(("raid",)),))


def asked(typed: str) -> Wanted:
    return wanted(parse(typed))


def test_a_phrase_stays_together_in_a_search_of_few_words():
    found = asked('raid controller "commit barrier"')

    assert not found.is_long
    assert found.firm == (Clause((Way(("commit", "barrier")),)),)


def test_three_words_outside_of_quotation_marks_make_a_long_query_whose_phrases_need_not_stand_together():
    found = asked('raid controller fails "commit barrier"')

    assert found.is_long
    assert not found.firm
    assert [way.tokens for clause in found.clauses for way in clause.ways][-2:] == [("commit",), ("barrier",)]


def test_one_word_in_three_forms_makes_no_query_long():
    found = asked('raid raids raided "raid barrier"')

    assert not found.is_long
    assert found.clauses == (RAID, *found.firm)
    assert found.firm == (Clause((Way(("raid", "barrier")),)),)


def test_words_of_a_phrase_alone_make_no_query_long():
    assert not asked('"commit barrier takes long"').is_long


def test_filters_and_days_make_no_query_long():
    assert not asked("raid controller tag:storage is:solved after:2025").is_long
