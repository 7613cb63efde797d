"""What the fields of all forms have in common: how typed words are tidied, and what is said of too many."""

from __future__ import annotations

import re

from wtforms.validators import Length


def squeeze(value: str | None) -> str | None:
    """One line with single spaces."""
    return " ".join(value.split()) if value else value


def words_of(value: str | None) -> list[str]:
    """Names as people type them: with commas or spaces between."""
    return [word for word in re.split(r"[,\s]+", value or "") if word]


def at_most(letters: int) -> Length:
    """No longer than this."""
    return Length(max=letters, message=f"Keep it to {letters:,} letters.")
