"""What holds for any text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel.text import plain_text, render
from app.kernel.text.limits import is_too_hard
from app.kernel.text.markup import clean, to_html
from app.kernel.text.rendering import tidy
from tests.support.safe_html import elements_of, harm_in

pytestmark = pytest.mark.pure

MARKS = ["[", "](", ")", "!", "<", ">", "*", "**", "_", "`", "```", "~~~", "- ", "1. ", "> ", "#", "|", "|-|-|\n", "\\"]
SPACES = ["\n", "\n\n", "    ", "\t"]
WORDS = ["a", "x y", "é", "=", '"', "'", "&", "&lt;", "&#58;", "@", "\u202e", "\x02"]
TRAPS = [
    "http://",
    "https://a.example/",
    "//",
    "javascript:",
    "/files/a.png",
    "[a]: ",
    "<script>",
    "</code>",
    "onclick=",
]
PARTS = [
    "[^1]",
    "[^1]: ",
    "@maria",
    "```bash\n",
    "```console x\n$ ",
    "\ufdd0",
    "\ufdd00\ufdd1",
    "\ufdd2",
    "1) ",
    "  - ",
]
PIECES = st.sampled_from([*MARKS, *SPACES, *WORDS, *TRAPS, *PARTS, "<!--", "]]>"])
MARKDOWN = st.lists(PIECES, max_size=40).map("".join)
ANY_TEXT = st.one_of(MARKDOWN, st.text(max_size=200), st.text(alphabet=st.characters(), max_size=60))


@settings(max_examples=400, deadline=None)
@given(ANY_TEXT)
def test_any_text_becomes_safe_html(source):
    text = tidy(source)
    if is_too_hard(text):
        return
    assert harm_in(to_html(text)) == []


@settings(max_examples=25, deadline=None)
@given(ANY_TEXT)
def test_rendering_never_fails(source):
    assert harm_in(render(source).html) == []


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing(page):
    once = clean(page)
    assert clean(once) == once


@settings(max_examples=200, deadline=None)
@given(MARKDOWN)
def test_regions_of_a_post_have_names_of_their_own(source):
    if is_too_hard(tidy(source)):
        return
    names = [element.get("aria-label") for element in elements_of(to_html(tidy(source))) if element.get("role")]
    assert len(set(names)) == len(names)
    assert all(names)


@settings(max_examples=200, deadline=None)
@given(ANY_TEXT)
def test_plain_text_of_any_text_is_one_line(source):
    assert "\n" not in plain_text(source)
