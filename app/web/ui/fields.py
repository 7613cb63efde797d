"""What the fields of all forms have in common: how typed words are tidied, and what is said of too many."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from markupsafe import Markup
from wtforms.fields.choices import Choice
from wtforms.validators import Length
from wtforms.widgets import Select


def squeeze(value: str | None) -> str | None:
    """One line with single spaces."""
    return " ".join(value.split()) if value else value


def words_of(value: str | None) -> list[str]:
    """Names as people type them: with commas or spaces between."""
    return [word for word in re.split(r"[,\s]+", value or "") if word]


def at_most(letters: int) -> Length:
    """No longer than this."""
    return Length(max=letters, message=f"Keep it to {letters:,} letters.")


class LongSelect(Select):
    """A list of hundreds to choose from, which are drawn once and not for every page."""

    @classmethod
    def render_option(cls, choice: Choice, **kwargs: Any) -> Markup:
        """One of them."""
        return _option(choice.value, choice.label, choice.selected)


@lru_cache(maxsize=2_000)
def _option(value: str, label: str, selected: bool) -> Markup:
    return Select.render_option(Choice(value, label, selected, {}))
