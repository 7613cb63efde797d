"""The versions of a post, put together from the history rows of a dump.

A dump keeps title, text and tags of an edit in rows of their own; rows of one edit share a mark.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

TITLE_TYPES = frozenset({1, 4, 7})
TEXT_TYPES = frozenset({2, 5, 8})
TAG_TYPES = frozenset({3, 6, 9})
ROLLBACK_TYPES = frozenset({7, 8, 9})
ROLLED_BACK = "Rolled back to an earlier version"


@dataclass(frozen=True, kw_only=True)
class HistoryRow:
    """One row of PostHistory.xml. `author` is the key of a person; `text` is None where the dump has none."""

    type: int
    at: str
    author: str
    edit: str
    text: str | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class Version:
    """A post as it was after one edit. Tags are as the dump writes them."""

    at: str
    author: str
    title: str = ""
    text: str = ""
    tags: str = ""
    reason: str = ""


def versions(rows: Iterable[HistoryRow]) -> list[Version]:
    """The versions that `rows`, in the order of time, amount to; none before the first row with a text."""
    made: list[Version] = []
    title = text = tags = ""
    for _, grouped in groupby(rows, key=lambda row: row.edit):
        edit = list(grouped)
        for row in edit:
            title = row.text or title if row.type in TITLE_TYPES else title
            text = row.text or text if row.type in TEXT_TYPES else text
            tags = row.text or tags if row.type in TAG_TYPES else tags
        if text:
            first = edit[0]
            made.append(
                Version(at=first.at, author=first.author, title=title, text=text, tags=tags, reason=_reason(edit))
            )
    return made


def with_present_state(made: list[Version], title: str, tags: list[str]) -> list[Version]:
    """`made` with the last version as the post stands now: merged tags, for one, leave no trace in the history."""
    return [*made[:-1], replace(made[-1], title=title, tags=" ".join(tags))]


def _reason(edit: list[HistoryRow]) -> str:
    if any(row.type in ROLLBACK_TYPES for row in edit):
        return ROLLED_BACK
    return next((" ".join(row.reason.split()) for row in edit if row.reason), "")
