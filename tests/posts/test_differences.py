"""What changed between two texts: nothing missing, nothing made up, readable, and never slow."""

import random
import string
from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.posts.alignment import STEPS, Budget, blocks, common_runs
from app.posts.differences import Kind, compare, folded, rows_of, words_changed

pytestmark = pytest.mark.pure

# Texts that share much: few lines, many of them alike.
LINES = st.text(alphabet="ab -\u0301界", max_size=6)
TEXTS = st.lists(LINES, max_size=12).map("\n".join)
ANY_TEXT = st.text(max_size=80) | TEXTS
FEW = st.lists(st.sampled_from("abc"), max_size=14)


def shown(row):
    """A row as one would write it down: -removed- and +added+."""
    around = {Kind.SAME: "", Kind.REMOVED: "-", Kind.ADDED: "+"}
    return "".join(around[piece.kind] + piece.text + around[piece.kind] for piece in row.pieces)


def longest_common(old, new):
    """How many elements can be kept at most."""
    row = [0] * (len(new) + 1)
    for one in old:
        diagonal = 0
        for place, other in enumerate(new):
            diagonal, row[place + 1] = row[place + 1], diagonal + 1 if one == other else max(row[place : place + 2])
    return row[-1]


@given(ANY_TEXT, ANY_TEXT)
def test_each_text_stands_whole_on_its_side(old, new):
    rows = rows_of(old, new)

    assert "\n".join(row.before for row in rows if row.before is not None) == old
    assert "\n".join(row.after for row in rows if row.after is not None) == new


@given(ANY_TEXT, ANY_TEXT, st.integers(0, 40))
def test_the_pieces_of_a_line_are_the_line_however_few_steps_there_are(old, new, steps):
    for row in rows_of(old, new, Budget(steps)):
        assert "".join(piece.text for piece in row.pieces_before) == (row.before or "")
        assert "".join(piece.text for piece in row.pieces_after) == (row.after or "")
        if row.before is not None and row.after is not None:
            assert row.is_same == all(piece.kind == Kind.SAME for piece in row.pieces)


@given(ANY_TEXT)
def test_a_text_does_not_differ_from_itself(text):
    assert all(row.is_same for row in rows_of(text, text))


@given(ANY_TEXT, ANY_TEXT)
def test_folding_hides_only_what_did_not_change_and_loses_no_row(old, new):
    rows = rows_of(old, new)
    stretches = folded(rows)

    assert [row for stretch in stretches for row in stretch.rows] == rows
    assert all(row.is_same for stretch in stretches if stretch.folded for row in stretch.rows)


@given(FEW, FEW, st.integers(0, 30) | st.just(STEPS), st.integers(1, 3))
def test_what_is_kept_is_in_both_and_in_order(old, new, steps, group):
    at_old = at_new = 0
    for run in common_runs(old, new, Budget(steps), group):
        assert run.length > 0
        assert run.old >= at_old
        assert run.new >= at_new
        at_old, at_new = run.old + run.length, run.new + run.length
        assert old[run.old : at_old] == new[run.new : at_new]


@given(st.lists(st.sampled_from("aabb"), max_size=14), st.lists(st.sampled_from("aabb"), max_size=14))
def test_as_much_is_kept_as_can_be_where_there_is_no_anchor(old, new):
    # Everything twice: nothing is unique, so the shortest edit alone decides.
    old, new = old + old, new + new

    assert sum(run.length for run in common_runs(old, new, Budget())) == longest_common(old, new)


@given(FEW, FEW)
def test_blocks_cover_both_from_beginning_to_end(old, new):
    found = list(blocks(old, new, Budget()))

    assert [place for block in found for place in block.old] == list(range(len(old)))
    assert [place for block in found for place in block.new] == list(range(len(new)))
    assert all(one.same != other.same for one, other in pairwise(found))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("It stops at two.", "It stops at three.", "It stops at -two-+three+."),
        ("the quick brown fox", "the slow red fox", "the -quick brown-+slow red+ fox"),
        ("disk_array", "disk_group", "disk_-array-+group+"),
        ("cafe\u0301 noir", "cafe\u0301 blanc", "cafe\u0301 -noir-+blanc+"),
        ("夜の二時に止まる", "夜の三時に止まる", "夜の-二-+三+時に止まる"),
        ("नमस्ते दुनिया", "नमस्ते भारत", "नमस्ते -दुनिया-+भारत+"),
        ("a line", "a line  ", "a line+  +"),
    ],
)
def test_words_are_marked_not_letters(old, new, expected):
    pieces = words_changed(old, new, Budget())

    assert shown(SimpleNamespace(pieces=pieces)) == expected


def test_a_line_that_came_before_a_changed_one_is_not_taken_for_it():
    rows = rows_of("Replication stops at two.", "First of all, hello.\nReplication stops at three.")

    assert [shown(row) for row in rows] == ["+First of all, hello.+", "Replication stops at -two-+three+."]


def test_lines_that_share_nothing_are_not_woven_into_each_other():
    rows = rows_of("The fan is loud.", "Nothing helps")

    assert [row.kind for row in rows] == ["removed", "added"]


def test_lines_around_a_change_stay_and_the_rest_is_folded():
    old = [f"line {number}" for number in range(20)]
    new = [*old[:10], "another line", *old[11:]]

    stretches = folded(rows_of("\n".join(old), "\n".join(new)))

    assert [(stretch.folded, len(stretch.rows)) for stretch in stretches] == [(True, 8), (False, 5), (True, 7)]


def test_one_line_is_not_folded():
    rows = rows_of("one\ntwo\nthree\nfour", "one\ntwo\nthree\nFOUR")

    assert [stretch.folded for stretch in folded(rows)] == [False, False]


def test_title_and_tags_are_compared_too():
    older = SimpleNamespace(title="Why does it stop?", tags="night replication", body="It stops.")
    newer = SimpleNamespace(title="Why does it stop at two?", tags="firmware night", body="It stops.")

    found = compare(older, newer)

    assert shown(found.title) == "Why does it stop+ at two+?"
    assert [(piece.kind.value, piece.text) for piece in found.tags] == [
        ("added", "firmware"),
        ("same", "night"),
        ("removed", "replication"),
    ]
    assert found.tags_changed
    assert not found.body_changed


def some(kinds, count):
    return random.Random(7).choices(kinds, k=count)


# Each is as long as a post can be.
HOSTILE = {
    "one letter": ("a" * 30_000, "a" * 29_999),
    "one sign": ("." * 30_000, "." * 29_999),
    "one line of words": (" ".join(some("ab", 15_000)), " ".join(some("ba", 14_999))),
    "one line of signs": ("".join(some("-+", 30_000)), "".join(some("+-.", 30_000))),
    "lines of two letters": ("a\n" * 15_000, "a\n" * 14_000 + "b\n" * 1_000),
    "alternating lines": ("a\nb\n" * 7_500, "b\na\n" * 7_500),
    "alternating in another rhythm": ("a\nb\n" * 7_500, "b\na\na\n" * 5_000),
    "two kinds of lines": ("\n".join(some("ab", 15_000)), "\n".join(some("ab", 14_999))),
    "nothing in common": ("\n".join(some(string.ascii_lowercase, 15_000)), "\n".join(some(string.digits, 15_000))),
    "everything moved": ("\n".join(map(str, range(6_000))), "\n".join(map(str, reversed(range(6_000))))),
    "only line ends": ("\n" * 30_000, "\n" * 29_000 + "x"),
    "much that is nearly alike": ("a b c\n" * 5_000, "a b d\n" * 5_000),
}


class Counted(str):
    """A line or word that counts how often it is looked at."""

    __slots__ = ()
    looks = 0

    def __eq__(self, other):
        Counted.looks += 1
        return str.__eq__(self, other)

    def __ne__(self, other):
        Counted.looks += 1
        return str.__ne__(self, other)

    __hash__ = str.__hash__


@pytest.mark.parametrize("shape", HOSTILE)
def test_no_shape_of_text_takes_more_steps_than_there_are(shape):
    old, new = ([Counted(line) for line in text.split("\n")] for text in HOSTILE[shape])
    if len(old) == 1:
        old, new = ([Counted(word) for word in text] for text in HOSTILE[shape])
    Counted.looks = 0

    common_runs(old, new, Budget())

    # Each line a few times to find the anchors and the ends, and then no more than the budget allows.
    assert Counted.looks <= STEPS + 20 * (len(old) + len(new))


@pytest.mark.parametrize("shape", HOSTILE)
def test_every_shape_of_text_is_shown_whole(shape):
    old, new = HOSTILE[shape]
    rows = rows_of(old, new)

    assert "\n".join(row.before for row in rows if row.before is not None) == old
    assert "\n".join(row.after for row in rows if row.after is not None) == new
