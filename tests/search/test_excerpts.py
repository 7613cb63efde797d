"""What is shown of a text, and which of its words are marked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.text import plain_text
from app.search.excerpts import LENGTH, Excerpt, Passage, excerpt, needles
from app.search.language import Query, Word, parse
from tests.support.effort import effort

pytestmark = pytest.mark.pure

FILLER = "Nothing of interest is said in this sentence. " * 20


def cut(typed: str, *sources: str) -> Excerpt:
    return excerpt([Passage(source) for source in sources], needles(parse(typed)))


def marked(typed: str, *sources: str) -> list[str]:
    return [segment.text for segment in cut(typed, *sources).segments if segment.is_found]


def shown(typed: str, *sources: str) -> str:
    return "".join(segment.text for segment in cut(typed, *sources).segments)


def test_every_form_of_a_word_is_marked():
    assert marked("replicate batteries", "Replication REPLICATED a battery.") == [
        "Replication",
        "REPLICATED",
        "battery",
    ]


def test_parts_of_other_words_are_not_marked():
    assert marked("art", "The start of a party is an art") == ["art"]


def test_code_like_tokens_are_marked_whole():
    assert marked("c++ /dev/sda 7.2.4", "c++ on `/dev/sda`, not sda1, at 7.2.4; c+ c") == [
        "c++",
        "/dev/sda",
        "7.2.4",
    ]


def test_words_of_a_phrase_are_marked():
    assert marked('"commit barrier"', "A commit, then the barrier.") == ["commit", "barrier"]


def test_scripts_without_spaces_are_marked():
    assert "".join(marked("日本", "これは日本語です")) == "日本"


def test_the_text_that_says_most_is_shown():
    assert shown("fan bearing", FILLER, "The fan hums.", "The bearing of the fan.") == "The bearing of the fan."


def test_the_place_that_says_most_is_shown():
    text = "A fan. " + FILLER + "Replace the bearing of the fan. " + FILLER

    words = shown("fan bearing", text)

    assert "bearing of the fan" in words
    assert words.startswith("… ")
    assert words.endswith(" …")
    assert len(words) <= LENGTH + 10


def test_without_a_found_word_the_beginning_is_shown():
    assert shown("tag:fans", "First words. " + FILLER).startswith("First words.")
    assert excerpt([], needles(parse("fan"))) == Excerpt([])


def test_words_that_say_the_same_are_marked():
    query = Query((Word("disk", also=("hard-drive",)),))

    found = excerpt([Passage("A hard drive is no disk.")], needles(query))

    assert [part.text for part in found.segments if part.is_found] == ["hard", "drive", "disk"]


def test_what_was_typed_says_more_than_what_says_the_same():
    query = Query((Word("replication", also=("copy", "mirror")),))

    found = excerpt([Passage("A mirror makes a copy."), Passage("Replication stalls.")], needles(query))

    assert "".join(part.text for part in found.segments) == "Replication stalls."


def test_words_that_lose_their_last_letter_in_other_forms_are_marked():
    assert marked("hope", "Hoping, she hoped.") == ["Hoping", "hoped"]


def test_it_says_where_it_stands_and_who_wrote_it():
    answer = Passage("The fan hums.", anchor="answer-7", said_by="Ingrid Solheim")

    found = excerpt([Passage("It hums."), answer], needles(parse("fan")))

    assert (found.anchor, found.said_by) == ("answer-7", "Ingrid Solheim")


def test_what_is_asked_for_is_shown_even_where_another_text_says_more():
    asked_for = Passage("Oil it.", anchor="answer-7", is_asked_for=True)

    assert excerpt([Passage("The fan bearing."), asked_for], needles(parse("fan bearing"))).anchor == "answer-7"


def test_where_nothing_is_found_the_question_is_shown():
    answer = Passage("Oil it.", anchor="answer-7")

    assert excerpt([answer, Passage("It hums.")], needles(parse("tag:fans"))).anchor == ""


def test_formatting_is_not_shown():
    assert shown("fan", "# The **fan**\n\n[manual](https://example.com/fan)") == "The fan manual"


@given(st.text(max_size=600), st.text(max_size=60))
def test_an_excerpt_says_what_the_text_says(text, typed):
    words = shown(typed + " " + text[:20], text)

    assert words.removeprefix("… ").removesuffix(" …") in plain_text(text)


@pytest.mark.parametrize(
    "unit", ["a", "a ", "é ", "aA", "İ", "日", "c++ ", "/a", "[a](", "* ", "x'", "x’", "1.", "v1."]
)
def test_the_time_grows_with_the_length_alone(unit):
    text = unit * (60_000 // len(unit))
    looked_for = needles(parse("x é c++ 日 /a aA 1 v1 x'x 1.1"))

    assert effort(lambda: excerpt([Passage(text)], looked_for), enough=100) <= 100
