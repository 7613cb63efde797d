"""What is refused before it is rendered: the known shapes that take a Markdown parser minutes.

Each check reads the text once. What slips through is stopped by the clock of the render pool.
"""

from __future__ import annotations

import re

from app.kernel.text.fences import Fence, split_fences

MAX_SOURCE = 30_000
MAX_LINKS = 200
MAX_LINES = 3_000
MAX_NESTING = 20

LINK = re.compile(r"\]\(|\[\^|(?<!\()https?://")
BRACKET = re.compile(r"[\[\]]")
QUOTES = re.compile(r"[ >]*")
MARKERS = re.compile(rf"(?: *(?:[-*+]|\d{{1,9}}\.) ){{{MAX_NESTING + 1}}}")


def is_too_hard(source: str) -> bool:
    """True for text over the limits: length, number of lines, links and notes, depth of quotes, lists and brackets.

    Fenced code counts only for the length: it is never parsed, and logs are full of brackets and addresses.
    """
    if len(source) > MAX_SOURCE:
        return True
    prose = "\n".join(part for part in split_fences(source) if not isinstance(part, Fence))
    return _has_too_many_parts(prose) or _is_nested_too_deep(prose)


def _has_too_many_parts(prose: str) -> bool:
    return prose.count("\n") > MAX_LINES or sum(1 for _ in LINK.finditer(prose)) > MAX_LINKS


def _is_nested_too_deep(prose: str) -> bool:
    open_brackets = 0
    for line in prose.split("\n"):
        if _starts_too_deep(line):
            return True
        if not line or line.isspace():
            open_brackets = 0
        open_brackets, deepest = _count_brackets(line, open_brackets)
        if deepest > MAX_NESTING:
            return True
    return False


def _starts_too_deep(line: str) -> bool:
    opening = QUOTES.match(line)
    return bool(opening and opening[0].count(">") > MAX_NESTING) or MARKERS.match(line) is not None


def _count_brackets(line: str, depth: int) -> tuple[int, int]:
    """The brackets left open after `line` when `depth` were open before it, and the most at one time."""
    deepest = depth
    for bracket in BRACKET.findall(line):
        depth = depth + 1 if bracket == "[" else max(depth - 1, 0)
        deepest = max(deepest, depth)
    return depth, deepest
