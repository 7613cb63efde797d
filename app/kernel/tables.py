"""What a spreadsheet takes for a formula, in files that come in and in those that go out."""

from __future__ import annotations

import re

# What a spreadsheet overlooks before a formula: spaces of all kinds, controls, and characters without width.
OVERLOOKED = (
    r"[\s\x00-\x20\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f"
    r"\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
# What begins one: also in full width, small, or as a proper minus sign.
BEGINS = r"[=+\-@\u2212\u207a\u208a\ufb29\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20]"
# Where another cell may begin for a program that does not heed the quotes.
SEPARATES = r"(?:\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029;])"
FORMULA_AT_THE_START = re.compile(rf"{OVERLOOKED}*{BEGINS}|[\t\r\n]")
FORMULA_INSIDE = re.compile(rf"({SEPARATES})(?=(?:(?!{SEPARATES}){OVERLOOKED})*{BEGINS})")


def begins_formula(text: str) -> bool:
    """True for a text that a spreadsheet could take for one."""
    return FORMULA_AT_THE_START.match(text) is not None


def inert(text: str) -> str:
    """A text that stays one in a spreadsheet: an apostrophe goes before whatever could begin a formula."""
    begins = FORMULA_AT_THE_START.match(text)
    inside = FORMULA_INSIDE.sub(r"\1'", text[begins.end() :] if begins else text)
    return f"'{begins[0]}{inside}" if begins else inside
