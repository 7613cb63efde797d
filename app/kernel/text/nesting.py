"""Lists in lists, indented as people indent them.

What stands in a list item begins where the words of the item begin: two spaces in after `- `, three after `1. `. The
parser wants four for each level, so the lines are moved before it sees them.
"""

from __future__ import annotations

import re

STEP = 4
MAX_DEPTH = 20

MARKER = re.compile(r"(?:([-*+])|(\d{1,9})[.)])(?: +|$)")
RULE = re.compile(r"(?:(?:- *){3,}|(?:_ *){3,}|(?:\* *){3,})")
BLOCK_IN_ITEM = re.compile(r" +(?:>|#{1,6} )")
# Whatever starts with more space than this is code.
MOST_SPACE = 3


def indent_lists(lines: list[str], *, code_mark: str) -> list[str]:
    """`lines`, without tabs, with everything that stands in a list moved to where the parser looks for it.

    Code was taken out before; `code_mark` begins the line that stands for it.
    """
    lists = _Lists(code_mark)
    moved: list[str] = []
    for line in lines:
        if lists.needs_blank_before(line):
            moved.append("")
        moved.append(lists.place(line))
    return moved


class _Lists:
    """Where the words of the list items begin that are open at a line."""

    def __init__(self, code_mark: str) -> None:
        self._code_mark = code_mark
        self._columns: list[int] = []
        self._after_sentence = False

    def needs_blank_before(self, line: str) -> bool:
        """True for a quotation or a heading right under the words of an item: the parser wants a blank line there."""
        return bool(self._columns) and self._after_sentence and BLOCK_IN_ITEM.match(line) is not None

    def place(self, line: str) -> str:
        """`line` where the parser looks for it."""
        text = line.lstrip(" ")
        if not text:
            self._after_sentence = False
            return line
        indent = len(line) - len(text)
        depth = sum(1 for column in self._columns if column <= indent)
        if text.startswith(self._code_mark):
            return self._place_code(text, indent, depth)
        space = indent - (self._columns[depth - 1] if depth else 0)
        if space <= MOST_SPACE and self._starts_item(text, depth):
            return self._open(text, indent, depth)
        return self._place_words(text, space, depth)

    def _place_code(self, text: str, indent: int, depth: int) -> str:
        # A fence that stands in at all is meant for the item above it.
        depth = max(depth, 1) if indent and self._columns else depth
        del self._columns[depth:]
        return " " * STEP * depth + text

    def _starts_item(self, text: str, depth: int) -> bool:
        marker = MARKER.match(text)
        if marker is None or RULE.fullmatch(text):
            return False
        # In the middle of a sentence, "2. " is a number and a lone "-" is a dash.
        goes_on = self._after_sentence and depth == len(self._columns)
        return not goes_on or (marker.end() < len(text) and marker[2] in {None, "1"})

    def _open(self, text: str, indent: int, depth: int) -> str:
        del self._columns[depth:]
        placed = " " * STEP * depth
        while len(self._columns) < MAX_DEPTH and self._starts_item(text, depth=-1):
            marker = MARKER.match(text)
            assert marker is not None
            sign = marker[1] or f"{int(marker[2])}."
            width = len(marker[0].rstrip()) + 1 if marker.end() == len(text) else marker.end()
            placed += f"{sign} "
            text, indent = text[width:], indent + width
            self._columns.append(indent)
        self._after_sentence = bool(text)
        return placed + text

    def _place_words(self, text: str, space: int, depth: int) -> str:
        is_sentence = not text.startswith(("#", ">"))
        if is_sentence and self._after_sentence and depth < len(self._columns):
            # The sentence goes on, without the indentation it should have.
            return text
        del self._columns[depth:]
        self._after_sentence = is_sentence
        return " " * (STEP * depth + space) + text
