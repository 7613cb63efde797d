"""Two edits of one text: what each changed is kept, and what both changed is shown to people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.posts.merging import (
    MARKS,
    PART_ENDS,
    THEIRS_BEGINS,
    YOURS_BEGINS,
    has_marks,
    merge,
    merge_line,
    merge_tags,
)

pytestmark = pytest.mark.pure

TEXTS = st.lists(st.sampled_from(["", "a", "b", "c", "a long line"]), max_size=10).map("\n".join)
ANY_TEXT = TEXTS | st.text(max_size=60)


@given(ANY_TEXT, ANY_TEXT)
def test_who_changed_the_same_meets_no_conflict(base, text):
    assert merge(base, text, text) == merge(base, text, base) == merge(base, base, text)
    assert merge(base, text, text).text == text
    assert merge(base, text, text).conflicts == 0


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_nothing_that_anybody_wrote_is_lost(base, theirs, mine):
    merged = merge(base, theirs, mine).text.split("\n")

    for text in (theirs, mine):
        assert set(text.split("\n")) - set(base.split("\n")) <= set(merged)


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_marks_stand_there_exactly_where_both_changed_the_same(base, theirs, mine):
    merged = merge(base, theirs, mine)
    lines = merged.text.split("\n")

    assert [lines.count(mark) for mark in MARKS] == [merged.conflicts] * 3
    assert has_marks(merged.text) == bool(merged.conflicts)


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_who_is_first_matters_only_where_both_changed_the_same(base, one, other):
    merged, turned = merge(base, one, other), merge(base, other, one)

    assert merged.conflicts == turned.conflicts
    if not merged.conflicts:
        assert merged.text == turned.text


def test_changes_in_different_places_come_together():
    base = "It stops.\n\nEvery night.\n\nWhy?"
    theirs = "It stops at two.\n\nEvery night.\n\nWhy?"
    mine = "It stops.\n\nEvery night.\n\nWhy, and what can I do?"

    assert merge(base, theirs, mine).text == "It stops at two.\n\nEvery night.\n\nWhy, and what can I do?"


def test_what_both_changed_stands_there_twice_with_words_around_it():
    merged = merge("First\nIt stops.\nLast", "First\nIt halts.\nLast", "First\nIt ends.\nLast")

    expected = ["First", THEIRS_BEGINS, "It halts.", YOURS_BEGINS, "It ends.", PART_ENDS, "Last"]
    assert merged.text.split("\n") == expected
    assert merged.conflicts == 1


def test_a_part_that_one_took_out_and_the_other_changed_is_not_lost():
    merged = merge("Hello\nSee the log.\nBye", "Hello\nBye", "Hello\nSee the new log.\nBye")

    assert merged.conflicts == 1
    assert "See the new log." in merged.text


def test_hostile_texts_merge_too():
    base, theirs, mine = "a\nb\n" * 7_500, "b\na\n" * 7_500, "a\n" * 15_000

    assert merge(base, theirs, mine).conflicts >= 1


@pytest.mark.parametrize(
    ("base", "theirs", "mine", "expected"),
    [
        ("night", "night firmware", "night array", "night array firmware"),
        ("night array", "night", "night array", "night"),
        ("night array", "array", "night", ""),
        ("night", "array", "array", "array"),
    ],
)
def test_tags_of_both_come_together(base, theirs, mine, expected):
    assert merge_tags(base.split(), theirs.split(), mine.split()) == expected.split()


def test_a_title_is_taken_from_whoever_changed_it():
    assert merge_line("Old", "Theirs", "Old") == "Theirs"
    assert merge_line("Old", "Old", "Mine") == "Mine"
    assert merge_line("Old", "Theirs", "Mine") == "Mine"
