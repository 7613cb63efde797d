"""Words without formatting, from source and from HTML."""

from __future__ import annotations

import pytest

from app.kernel.text import plain_text, render

pytestmark = pytest.mark.pure

SOURCE = """## Replication *stalls*

See [the log](https://example.com/x_(1)) and ![rack](/files/a.png), **please**:
- snake_case_name stays
1. 5 * 3 < 20

> quoted &amp; true
```console replication.log
$ repl status --all
```

| a | b |
|---|---|
| `c` | d |

[1]: https://example.com
"""


def test_source_loses_its_marks():
    assert plain_text(SOURCE) == (
        "Replication stalls See the log and rack, please: snake_case_name stays 5 * 3 < 20 "
        "quoted & true replication.log $ repl status --all a b c d"
    )


def test_html_loses_its_tags_and_the_copy_button():
    assert plain_text(render("A *b* <c>\n\n```\nx < y\n```\n\n- d\n- e").html) == "A b <c> Code x < y d e"


def test_a_word_is_not_torn_where_a_tag_ends():
    assert plain_text(render("**fire**wall").html) == "firewall"


@pytest.mark.parametrize(
    "piece", ["[", "![", "*", "_", "`", ">", "<", "&", "\\", "[a](", "#", "|", "- ", "\n", " ", "<a"]
)
def test_any_repetition_is_read_in_one_pass(piece):
    assert isinstance(plain_text(piece * 200_000), str)


@pytest.mark.parametrize("sign", ["&#{}", "&#{};", "a &#0{}b"])
def test_a_number_that_no_character_has_stays_as_it_is(sign):
    text = sign.format("1" * 5_000)

    assert plain_text(text) == text
    assert plain_text(render(text).html).endswith(text)


def test_characters_by_their_numbers_are_shown():
    assert plain_text("&#65;&#x42;&#0067; &amp;#68;") == "ABC &#68;"
