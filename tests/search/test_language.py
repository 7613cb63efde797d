"""What people type, and the tree it is read into."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search import language
from app.search.language import (
    MAX_CHARACTERS,
    MAX_FILTERS,
    MAX_TERMS,
    NOT_CLOSED,
    ONLY_WITHOUT,
    TOO_COMMON,
    TOO_LONG,
    TOO_MANY,
    TOO_MANY_FILTERS,
    Day,
    Fact,
    Phrase,
    Query,
    Word,
    parse,
)
from tests.support.effort import effort

pytestmark = pytest.mark.pure

NAUGHTY_STRINGS = Path(__file__).parents[3] / "shared/data/hostile/blns.json"
OPERATORS = [f"{name}:" for name in language.OPERATORS]
MARKS = ['"', "-", ":", " ", "“", "@", "é", "\x00", "日本"]
WORDS = ["foo:", "c++", "--force", "7.2.4", "the", "::", "solved", "article", "2026-02", "2026-02-31", "sanfox"]
SNIPPETS = st.sampled_from([*OPERATORS, *MARKS, *WORDS])
TYPED = st.text() | st.lists(SNIPPETS | st.text(max_size=5)).map("".join)


def test_words_are_wanted_all_together():
    assert parse("replication stalls").wanted == (Word("replication"), Word("stalls"))


def test_quotation_marks_of_any_kind_make_a_phrase():
    for typed in ('"commit  barrier"', "“commit barrier”", "«commit barrier»"):
        assert parse(typed).wanted == (Phrase("commit barrier"),)


def test_a_hyphen_leaves_out_words_phrases_and_tags():
    query = parse('stall -snapshot -"commit barrier" -tag:linux')

    assert query.wanted == (Word("stall"),)
    assert query.unwanted == (Word("snapshot"), Phrase("commit barrier"), Fact("tag", "linux"))


def test_a_tag_is_asked_for_by_name_in_any_case():
    query = parse("TAG:Linux tag:c++ stalls")

    assert query.wanted == (Fact("tag", "linux"), Fact("tag", "c++"), Word("stalls"))
    assert query.tags == ("linux", "c++")


def test_facts_are_asked_for_by_operators():
    query = parse('tag:"Load Balancing" author:@SanFox product:"Halyard  400" is:Solved type:answer -is:expert')

    assert query.wanted == (
        Fact("tag", "load-balancing"),
        Fact("author", "@sanfox"),
        Fact("product", "halyard 400"),
        Fact("is", "solved"),
        Fact("type", "answer"),
    )
    assert query.unwanted == (Fact("is", "expert"),)
    assert parse("author:sanfox").wanted == (Fact("author", "@sanfox"),)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("after:2026-01-31", Day("after", date(2026, 1, 31))),
        ("before:2026-01-31", Day("before", date(2026, 1, 31))),
        ("after:2024-02", Day("after", date(2024, 2, 1))),
        ("before:2024-02", Day("before", date(2024, 2, 29))),
        ("after:2026", Day("after", date(2026, 1, 1))),
        ("before:2026", Day("before", date(2026, 12, 31))),
        ("-after:2026-01-31", Day("before", date(2026, 1, 30))),
        ("-before:2026", Day("after", date(2027, 1, 1))),
    ],
)
def test_days_months_and_years_bound_when_it_was_asked(typed, day):
    query = parse(typed)

    assert query.wanted == query.days == (day,)
    assert query.unwanted == query.remarks == ()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("is:foo", ["foo"]),
        ("type:foo", ["type", "foo"]),
        ("after:tomorrow", ["after", "tomorrow"]),
        ("before:2026-02-30", ["before", "2026-02-30"]),
        ("before:2026-00", ["before", "2026-00"]),
        ("author:@müller", ["author", "@müller"]),
        ("is:tag:-x86", ["tag", "x86"]),
        ("tag: linux", ["tag", "linux"]),
        ('product:"" tape', ["product", "tape"]),
    ],
)
def test_a_value_that_cannot_be_is_searched_as_words(typed, words):
    query = parse(typed)
    name = typed.partition(":")[0]

    assert query.wanted == tuple(Word(word) for word in words)
    assert [remark.partition(":")[0] for remark in query.remarks] == [name]
    assert language.OPERATORS[name].takes in query.remarks[0]


def test_an_unknown_operator_is_searched_as_a_word_and_the_filters_are_named():
    query = parse("assignee:@anna stalls")

    assert query.wanted == (Word("assignee:@anna"), Word("stalls"))
    (remark,) = query.remarks
    assert remark.startswith("There is no filter assignee:, so that was searched as words.")
    assert remark.endswith("There are tag:, author:, product:, is:, type:, after: and before:.")
    assert parse('label:"commit barrier"').wanted == (Word("label"), Phrase("commit barrier"))


@pytest.mark.parametrize(
    "typed",
    [
        "https://example.com/a",
        "C:\\Temp",
        "c:temp",
        "std::string",
        "type::foo",
        "nas:8080",
        "12:30",
        "error:",
        "title:[a",
    ],
)
def test_what_only_looks_like_an_operator_is_a_word_without_remark(typed):
    assert parse(typed) == Query((Word(typed),))


@pytest.mark.parametrize("token", ["c++", "c#", "node.js", "7.2.4", "/dev/sda", "ORA-00942", "0x80070005", "--force"])
def test_code_like_tokens_stay_whole(token):
    assert parse(token).wanted == (Word(token),)


def test_a_quotation_that_is_never_closed_is_words():
    query = parse('tape "commit barrier')

    assert query.wanted == (Word("tape"), Word("commit"), Word("barrier"))
    assert query.remarks == (NOT_CLOSED,)
    assert parse('tape -"commit barrier').unwanted == (Word("commit"), Word("barrier"))


def test_kinds_of_posts_that_are_not_here_yet_are_understood():
    query = parse("tape type:article")

    assert query.facts == (Fact("type", "article"),)
    assert query.remarks == ("There are no articles here yet, so type:article finds nothing.",)


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


def test_words_that_say_nothing_and_filters_do_not_count_among_the_words():
    title = "How can I get the replication of my two arrays to stop when a link to the third one has been lost for days"
    query = parse(f"{title} tag:replication is:solved")

    assert [word.text for word in query.words][:3] == ["get", "replication", "two"]
    assert len(query.words) <= MAX_TERMS
    assert query.facts == (Fact("tag", "replication"), Fact("is", "solved"))
    assert query.remarks == ()


def test_filters_have_a_limit_of_their_own():
    query = parse(" ".join(f"tag:t{number}" for number in range(14)))

    assert len(query.wanted) == MAX_FILTERS
    assert query.remarks == (TOO_MANY_FILTERS,)


def test_a_long_text_is_cut_at_the_end_of_a_word():
    query = parse("stalls " + "x" * (MAX_CHARACTERS - 10) + " replication")

    assert query.wanted == (Word("stalls"), Word("x" * (MAX_CHARACTERS - 10)))


def test_a_query_is_narrowed_and_widened():
    query = parse("stall tag:linux -tag:tape")

    assert str(query.with_term(Fact("tag", "backup"))) == "stall tag:linux tag:backup -tag:tape"
    assert query.with_term(Fact("tag", "linux")) == query
    assert str(query.without_term(Fact("tag", "linux")).without_term(Fact("tag", "tape"))) == "stall"


def test_a_fact_is_the_same_under_each_name_of_the_thing():
    query = Query(wanted=(Word("stalls", also=("hangs",)), Fact("tag", "k8s", key="kubernetes")))

    assert query.has_term(Fact("tag", "kubernetes"))
    assert query.with_term(Fact("tag", "kubernetes")) == query
    assert query.without_term(Fact("tag", "kubernetes")).without_term(Word("stalls")) == Query()
    assert not query.has_term(Fact("is", "solved"))


@pytest.mark.parametrize("piece", ['"', ":", 'ab:"', "is:", '-"', "tag:-", "a:", "-", "after:1"])
def test_a_text_of_nothing_but_marks_is_read_at_once(piece):
    assert effort(lambda: [parse(piece * MAX_CHARACTERS) for _ in range(10)], enough=50) <= 50


@given(TYPED)
def test_any_text_is_read_within_the_limits_and_reads_the_same_again(typed):
    query = parse(typed)
    again = parse(str(query))

    filters = [term for term in (*query.wanted, *query.unwanted) if isinstance(term, Fact | Day)]
    assert len(query.wanted) + len(query.unwanted) - len(filters) <= MAX_TERMS
    assert len(filters) <= MAX_FILTERS
    assert TOO_LONG in again.remarks or (again.wanted, again.unwanted) == (query.wanted, query.unwanted)


@pytest.mark.skipif(not NAUGHTY_STRINGS.exists(), reason="the collection of hostile strings is not on this machine")
def test_hostile_strings_are_read_like_any_other():
    for typed in json.loads(NAUGHTY_STRINGS.read_text()):
        assert len(parse(typed).wanted) <= MAX_TERMS + MAX_FILTERS
