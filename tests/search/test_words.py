"""What a text leaves in the index."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.words import LONGEST_TOKEN, exact_forms, stems, tokens
from tests.support.effort import effort

pytestmark = pytest.mark.pure


def test_forms_of_a_word_have_one_stem():
    assert stems("Replication replicated the REPLICATES, replicating") == ["replic"] * 4


def test_case_accents_width_and_apostrophes_do_not_matter():
    assert stems("Müller MULLER ｍｕｌｌｅｒ") == ["muller"] * 3
    assert stems("array's arrays array’s don't") == ["array", "array", "array", "dont"]


def test_words_that_stand_everywhere_leave_nothing():
    assert stems("How do I get to the") == ["get"]


def test_version_numbers_are_words():
    assert stems("firmware v7.2.4, then 7.2.4.") == ["firmwar", "7.2.4", "7.2.4"]


def test_scripts_without_spaces_are_taken_character_by_character():
    assert stems("日本語 disk") == ["日", "本", "語", "disk"]


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("We use C++.", "c++"),
        ("(c#)", "c#"),
        ("**node.js**", "node.js"),
        ("mount `/dev/sda`:", "/dev/sda"),
        ("see ORA-00942, please", "ora-00942"),
        ("run it with --force!", "--force"),
        ("host=10.0.0.7:8080", "host=10.0.0.7:8080"),
        ("a 🔥 b", "🔥"),
        ("edit .bashrc", ".bashrc"),
    ],
)
def test_code_like_tokens_are_kept_as_they_are(text, form):
    assert form in exact_forms(text)


def test_parts_of_a_code_like_token_are_kept_too():
    assert "node.js" in exact_forms("path=/opt/node.js")


def test_plain_words_and_bare_punctuation_are_not_kept_twice():
    assert exact_forms("Plain words, 7.2.4 (really) ... -- ??? «so»") == []


def test_a_blob_leaves_its_head():
    assert max(map(len, stems("x" * 5_000) + exact_forms("/" + "x" * 5_000))) == LONGEST_TOKEN


@pytest.mark.parametrize("blob", ["1" + "ab" * 2_500, "Ab" + "C" * 5_000, "x" * 5_000 + "1"])
def test_parts_of_a_blob_are_no_longer_than_its_head(blob):
    found = tokens(blob)

    assert max(map(len, (*found.stems, *found.others))) <= LONGEST_TOKEN


@given(st.text())
def test_any_text_gives_tokens_without_spaces(text):
    for token in stems(text) + exact_forms(text):
        assert token
        assert len(token.split()) == 1


@pytest.mark.parametrize("unit", ["a", "a'", "'", "1.", ".", "v1", "(", "é", "日", "/a", "a/", "\u0301"])
def test_the_time_grows_with_the_length_alone(unit):
    text = unit * (60_000 // len(unit))

    assert effort(lambda: (stems(text), exact_forms(text)), enough=100) <= 100


def test_the_time_for_one_chunk_of_many_parts_grows_with_its_length_alone():
    chunk = "/".join(f"ab{number}" for number in range(30_000))

    assert len(tokens(chunk).stems) == 30_000
    assert effort(lambda: tokens(chunk), enough=300) <= 300
