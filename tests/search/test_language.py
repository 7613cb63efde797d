"""What people type, and the tree it is read into."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.language import (
    MAX_CHARACTERS,
    MAX_TERMS,
    ONLY_WITHOUT,
    TOO_COMMON,
    TOO_LONG,
    TOO_MANY,
    Fact,
    Phrase,
    Query,
    Word,
    parse,
)

pytestmark = pytest.mark.pure

NAUGHTY_STRINGS = Path(__file__).parents[3] / "shared/data/hostile/blns.json"
SNIPPETS = st.sampled_from(['"', "-", "tag:", "foo:", " ", "c++", "--force", "7.2.4", "the", "\x00", "日本", "é", "“"])
TYPED = st.text() | st.lists(SNIPPETS | st.text(max_size=5)).map("".join)


def test_words_are_wanted_all_together():
    assert parse("replication stalls").wanted == (Word("replication"), Word("stalls"))


def test_quotation_marks_of_any_kind_make_a_phrase():
    for typed in ('"commit  barrier"', "“commit barrier”", '"commit barrier'):
        assert parse(typed).wanted == (Phrase("commit barrier"),)


def test_a_hyphen_leaves_out_words_phrases_and_tags():
    query = parse('stall -snapshot -"commit barrier" -tag:linux')

    assert query.wanted == (Word("stall"),)
    assert query.unwanted == (Word("snapshot"), Phrase("commit barrier"), Fact("tag", "linux"))


def test_a_tag_is_asked_for_by_name_in_any_case():
    query = parse("TAG:Linux tag:c++ stalls")

    assert query.wanted == (Fact("tag", "linux"), Fact("tag", "c++"), Word("stalls"))
    assert query.tags == ("linux", "c++")


@pytest.mark.parametrize("token", ["c++", "c#", "node.js", "7.2.4", "/dev/sda", "ORA-00942", "0x80070005", "--force"])
def test_code_like_tokens_stay_whole(token):
    assert parse(token).wanted == (Word(token),)


@pytest.mark.parametrize("typed", ["foo:bar", "https://example.com/a", "10.0.0.7:8080", "title:[a"])
def test_an_unknown_operator_is_a_word(typed):
    assert parse(typed).wanted == (Word(typed),)


def test_what_finds_nothing_is_left_out():
    assert parse('how to -the "" ??? - tape *').wanted == (Word("tape"),)


@pytest.mark.parametrize(
    ("typed", "remark"),
    [
        ("how to", TOO_COMMON),
        ("???", TOO_COMMON),
        ("-snapshot", ONLY_WITHOUT),
        (" ".join(f"word{number}" for number in range(13)), TOO_MANY),
        ("stall " * 40, TOO_LONG),
    ],
)
def test_what_cannot_be_taken_as_typed_is_said(typed, remark):
    assert parse(typed).remarks == (remark,)


def test_nothing_typed_is_no_fault():
    assert parse("  ") == Query()


def test_too_many_words_are_searched_up_to_the_limit():
    query = parse(" ".join(f"word{number}" for number in range(40)))

    assert len(query.wanted) == MAX_TERMS


def test_a_long_text_is_cut_at_the_end_of_a_word():
    query = parse("stalls " + "x" * (MAX_CHARACTERS - 10) + " replication")

    assert query.wanted == (Word("stalls"), Word("x" * (MAX_CHARACTERS - 10)))


def test_a_query_is_narrowed_and_widened():
    query = parse("stall tag:linux -tag:tape")

    assert str(query.with_term(Fact("tag", "backup"))) == "stall tag:linux tag:backup -tag:tape"
    assert query.with_term(Fact("tag", "linux")) == query
    assert str(query.without_term(Fact("tag", "linux")).without_term(Fact("tag", "tape"))) == "stall"


@given(TYPED)
def test_any_text_is_read_within_the_limits_and_reads_the_same_again(typed):
    query = parse(typed)
    again = parse(str(query))

    assert len(query.wanted) + len(query.unwanted) <= MAX_TERMS
    assert TOO_LONG in again.remarks or (again.wanted, again.unwanted) == (query.wanted, query.unwanted)


@pytest.mark.skipif(not NAUGHTY_STRINGS.exists(), reason="the collection of hostile strings is not on this machine")
def test_hostile_strings_are_read_like_any_other():
    for typed in json.loads(NAUGHTY_STRINGS.read_text()):
        assert len(parse(typed).wanted) <= MAX_TERMS
