"""Against the examples of the CommonMark specification. docs/writing.md says in words where and why we differ."""

from __future__ import annotations

from pathlib import Path

import pytest
from markdown import Markdown

from app.kernel.text.markup import to_html
from tests.support.commonmark import examples_in, meaning_of

SPECIFICATION = Path(__file__).parents[3] / "shared" / "data" / "hostile" / "commonmark-spec.txt"

pytestmark = [
    pytest.mark.pure,
    pytest.mark.skipif(not SPECIFICATION.exists(), reason="only on machines with the test data"),
]

# Agreement was 453 of 573 when this was written, that of the bare parser 400.
LEAST_AGREEMENT = 450


@pytest.fixture(scope="module")
def examples():
    found = list(examples_in(SPECIFICATION.read_text()))
    assert len(found) >= 652
    return [example for example in found if not example.has_raw_html]


def agreeing(examples, convert):
    return {example.source for example in examples if meaning_of(convert(example.source)) == meaning_of(example.page)}


def test_more_examples_agree_than_with_the_bare_parser(examples):
    parser = Markdown(extensions=["fenced_code", "footnotes", "sane_lists", "tables"])
    ours = agreeing(examples, to_html)
    bare = agreeing(examples, lambda source: parser.reset().convert(source))

    assert len(ours) >= len(bare)
    assert len(ours) >= LEAST_AGREEMENT


def test_what_counts_for_writers_agrees_in_full(examples):
    """Where text would be read wrongly without anybody noticing."""
    sections = {"Thematic breaks", "Paragraphs", "Hard line breaks", "Soft line breaks", "Textual content"}
    chosen = [example for example in examples if example.section in sections]

    assert {example.source for example in chosen} - agreeing(chosen, to_html) == set()
