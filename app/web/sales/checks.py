"""Reading the boxes of a check, and the lines of a proposal: as many fields as there are items."""

from __future__ import annotations

from collections.abc import Sequence

from werkzeug.datastructures import MultiDict

from app.outcomes.models import LeadDefinition
from app.outcomes.rules import MOST_ITEMS

EMPTY_LINES = 3
# Python reads no number of thousands of digits, and no id has as many as this.
MOST_DIGITS = 18


def ticked(form: MultiDict[str, str]) -> dict[int, bool]:
    """Which of the items that stood on the page hold, by id; what is no number stood on no page."""
    holds, asked = _numbers(form.getlist("holds")), _numbers(form.getlist("item"))
    return {item_id: item_id in holds for item_id in asked | holds}


def lines_sent(form: MultiDict[str, str]) -> list[tuple[str, bool]]:
    """The lines of a proposal as they were sent: words, and whether it is required."""
    return [(form.get(f"words-{place}", ""), f"required-{place}" in form) for place in range(MOST_ITEMS)]


def lines_of(items: Sequence[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """These items with some empty lines below."""
    return [*items, *[("", False)] * EMPTY_LINES][:MOST_ITEMS]


def items_of(definition: LeadDefinition) -> list[tuple[str, bool]]:
    """What a version says."""
    return [(item.words, item.required) for item in definition.items]


def _numbers(values: Sequence[str]) -> set[int]:
    return {int(value) for value in values if value.isascii() and value.isdigit() and len(value) <= MOST_DIGITS}
