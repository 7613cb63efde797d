"""Serial numbers: only what is called one, since any part number looks the same."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.posts.sensitive.finding import Kind, Span

SERIALS = re.compile(
    r"(?i)(?<![A-Za-z])(?:"
    # These names mean nothing else, so a blank is enough between name and number.
    r"(?:serial[ _-]?(?:numbers?|no\b\.?|num\b|nr\b\.?|#)|service[ _-]?tag|processor board id|s/n)"
    r"[\"']?(?:[ \t]{0,20}[:=#][ \t]{0,20}|[ \t]{1,20}(?:is[ \t])?)"
    # "serial" alone is also a port, and "SN" a short word.
    r"|(?:serial|sn|chassis[ _-]?id)[\"']?[ \t]{0,20}[:=][ \t]{0,20})"
    r"[\"'`#]?([A-Za-z0-9][A-Za-z0-9-]{4,24})(?![A-Za-z0-9:./-])"
)
FEWEST_DIGITS = 2
SHORTEST_ALL_DIGITS = 6
# Zone files count theirs by the day.
DAY_COUNT = re.compile(r"(?:19|20)\d{8}")
SAMPLE = re.compile(r"(?i)xxx|00000|123456?7?8?9?0?$")


def serial_numbers(text: str) -> Iterator[Span]:
    """Numbers that the text calls a serial number, a service tag or the like."""
    for found in SERIALS.finditer(text):
        if _is_serial(found.group(1)):
            yield Span(Kind.SERIAL, *found.span(1), found.group(1).upper())


def _is_serial(value: str) -> bool:
    digits = sum(letter.isdigit() for letter in value)
    if SAMPLE.search(value) or DAY_COUNT.fullmatch(value):
        return False
    return digits >= FEWEST_DIGITS and (digits < len(value) or len(value) >= SHORTEST_ALL_DIGITS)
