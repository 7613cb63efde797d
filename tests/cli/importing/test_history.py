"""The versions of a post, put together from rows of title, text and tags."""

from __future__ import annotations

import pytest

from app.cli.importing.history import ROLLED_BACK, HistoryRow, Version, versions, with_present_state

pytestmark = pytest.mark.pure


def row(kind: int, text: str | None, *, edit: str, author: str = "1", reason: str = "") -> HistoryRow:
    return HistoryRow(type=kind, at=f"2016-01-01T00:00:0{edit}", author=author, edit=edit, text=text, reason=reason)


def test_rows_of_one_edit_are_one_version_and_each_builds_on_the_last():
    made = versions(
        [
            row(2, "The text", edit="1"),
            row(1, "The title", edit="1"),
            row(3, "<pump>", edit="1"),
            row(4, "A better title", edit="2", author="7", reason="clearer  title"),
            row(5, "A better text", edit="3"),
            row(6, "<pump><noise>", edit="3"),
        ]
    )

    assert made == [
        Version(at="2016-01-01T00:00:01", author="1", title="The title", text="The text", tags="<pump>"),
        Version(
            at="2016-01-01T00:00:02",
            author="7",
            title="A better title",
            text="The text",
            tags="<pump>",
            reason="clearer title",
        ),
        Version(
            at="2016-01-01T00:00:03", author="1", title="A better title", text="A better text", tags="<pump><noise>"
        ),
    ]


def test_a_rollback_brings_back_what_was():
    made = versions([row(2, "First", edit="1"), row(5, "Second", edit="2"), row(8, "First", edit="3")])

    assert [version.text for version in made] == ["First", "Second", "First"]
    assert made[-1].reason == ROLLED_BACK


def test_an_incomplete_history_begins_with_the_first_text():
    made = versions([row(4, "A title", edit="1"), row(5, "A text", edit="2"), row(5, None, edit="3")])

    assert [version.text for version in made] == ["A text", "A text"]
    assert versions([row(4, "A title", edit="1")]) == []


def test_the_last_version_is_the_post_as_it_stands():
    made = with_present_state(versions([row(2, "First", edit="1"), row(5, "Second", edit="2")]), "Title", ["a", "b"])

    assert [version.title for version in made] == ["", "Title"]
    assert made[-1].tags == "a b"
