"""The texts of a dump in the Markdown of this site."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli.importing import markdown
from app.cli.importing.markdown import from_html_many, tidy, tidy_remark
from tests.support.effort import effort

pytestmark = pytest.mark.pure

MOST_FOR_A_POST = 100


@pytest.mark.parametrize(
    ("dump", "ours"),
    [
        ("one\r\ntwo\r\n", "one\ntwo"),
        ("10<sup>6</sup> H<sub>2</sub>O, see<sup>note</sup>", "10⁶ H₂O, seenote"),
        ("press <kbd>Ctrl</kbd>+<kbd>C</kbd>", "press `Ctrl`+`C`"),
        ("<b>bold</b> <i>slanted</i> <s>gone</s>", "**bold** *slanted* ~~gone~~"),
        ("one<br/>two<br>\nthree", "one  \ntwo  \nthree"),
        ("above\n\n<hr>\n\nbelow", "above\n\n\n---\n\n\nbelow"),
        ("<!-- language: lang-c -->\n\n    int x;", "\n    int x;".strip("\n")),
        ('<a href="https://example.org/a">a page</a>', "[a page](https://example.org/a)"),
        ('<a href="javascript:alert(1)">a page</a>', '<a href="javascript:alert(1)">a page</a>'),
        ('<img src="//example.org/p.png" alt="A pump" width="5">', "![A pump](https://example.org/p.png)"),
        ("see [this](//example.org/x)", "see [this](https://example.org/x)"),
        ("use [tag:pump] and [meta-tag:bug]", "use `pump` and `bug`"),
        (">! hidden", "> hidden"),
        ("a <pump> is not a tag", "a <pump> is not a tag"),
    ],
)
def test_simple_html_becomes_markdown(dump, ours):
    assert tidy(dump) == ours


@pytest.mark.parametrize(
    "code",
    [
        "`<b>[tag:x]</b>`",
        "``a ` <b>b</b>``",
        "```\n<b>[tag:x]</b>\n```",
        "~~~html\n<b>x</b>\n~~~",
        "Like this:\n\n    <b>[tag:x]</b>\n\n    <i>y</i>",
        "> ```\n> <b>x</b>\n> ```",
    ],
)
def test_code_stays_untouched(code):
    assert tidy(code) == code


def test_markup_in_a_list_is_no_code():
    assert tidy("- one\n\n    <b>more</b> of it") == "- one\n\n    **more** of it"


def test_preformatted_html_becomes_a_fence():
    assert tidy("Try\n<pre><code>if a &lt; b:\n    **x**\n</code></pre>\nthen") == (
        "Try\n\n\n```\nif a < b:\n    **x**\n```\n\n\nthen"
    )


def test_a_comment_is_one_paragraph():
    assert tidy_remark("See  [tag:pump]\n\n# not a heading") == "See `pump` # not a heading"


@given(st.text(alphabet="`<>/b[]()!&#; \n-*_~ax", max_size=400))
def test_tidying_never_fails_and_keeps_code_spans(text):
    tidy(text)


@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "<",
        "`",
        "` `` ",
        "<!--",
        '<a href="http://',
        '<img src="http://x" ',
        "<sup>",
        "<pre>",
        "> ",
        "![[",
        "\n \n",
    ],
)
def test_the_time_to_tidy_what_is_never_closed_is_bounded(piece):
    text = (piece * 30_000)[:30_000]

    assert effort(lambda: tidy(text), enough=MOST_FOR_A_POST) <= MOST_FOR_A_POST


@pytest.mark.parametrize("piece", ["<kbd>a", "[tag:", "[x](//", "<code>", "\\", "~~~\n", "- ", "    x\n\n"])
def test_the_time_to_tidy_what_repeats_is_bounded(piece):
    text = (piece * 30_000)[:30_000]

    assert effort(lambda: tidy(text), enough=MOST_FOR_A_POST) <= MOST_FOR_A_POST


def test_html_becomes_markdown():
    page = (
        "<p>A <em>pump</em> with <code>x</code>, see <a href='https://example.org/'>this</a>.</p>"
        "<ul><li>one</li><li>two</li></ul>"
        '<pre class="lang-py"><code>if a &lt; b:\n    pass\n</code></pre>'
        "<blockquote><p>quoted</p></blockquote>"
        "<p>10<sup>6</sup> <img src='https://example.org/p.png' alt='A pump'> <a href='/relative'>here</a></p>"
    )

    assert from_html_many([page])[0].split("\n\n") == [
        "A *pump* with `x`, see [this](https://example.org/).",
        "- one\n- two",
        "```py\nif a < b:\n    pass\n```",
        "> quoted",
        "10⁶ ![A pump](https://example.org/p.png) here",
    ]


def test_hostile_html_costs_itself_alone(monkeypatch):
    deep = "<b>" * 20_000 + "deep"
    wide = "<ul><li>" * 3_000

    texts = from_html_many(["<p>first</p>", deep, wide, "readme.txt", "", "<p>last</p>"])

    assert (texts[0], texts[1], texts[3], texts[4], texts[5]) == ("first", "deep", "readme.txt", "", "last")


def test_html_that_takes_too_long_is_stripped_to_its_words(monkeypatch):
    impatient = markdown.BoundedPool(seconds=0.05, megabytes=markdown.MEGABYTES)
    monkeypatch.setattr(markdown, "_pool", impatient)
    slow = "<p>word</p>" * 9_000

    texts = from_html_many(["<p>quick</p>", slow])
    impatient.stop()

    assert texts[1] == "word" * 9_000
