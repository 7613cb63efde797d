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
        if lists.need_blank_before(line):
            moved.append(lists.place(""))
        moved.append(lists.place(line))
    return moved


class _Lists:
    """Where the words of the list items begin that are open at a line."""

    def __init__(self, code_mark: str) -> None:
        self._code_mark = code_mark
        self._columns: list[int] = []
        self._after_sentence = False
        # How deep an item must stand to go on with the block of lines that began after the last blank one.
        self._depth_of_block: int | None = None

    def need_blank_before(self, line: str) -> bool:
        """True where the parser wants a blank line that people leave out.

        That is before a quotation or a heading right under the words of an item, and before an item further out than
        the line with which its block of lines began.
        """
        if not self._columns or self._depth_of_block is None:
            return False
        if self._after_sentence and BLOCK_IN_ITEM.match(line):
            return True
        return self._measure(line)[2] < self._depth_of_block and self._opens_item(line)

    def place(self, line: str) -> str:
        """`line` where the parser looks for it."""
        text, space, depth = self._measure(line)
        if not text:
            self._after_sentence, self._depth_of_block = False, None
            return line
        if text.startswith(self._code_mark):
            return self._place_code(text, space, depth)
        if self._opens_item(line):
            return self._open(text, len(line) - len(text), depth)
        return self._place_words(text, space, depth)

    def _measure(self, line: str) -> tuple[str, int, int]:
        """The words of `line`, how far they stand in, and in how many of the open items."""
        text = line.lstrip(" ")
        indent = len(line) - len(text)
        depth = sum(1 for column in self._columns if column <= indent)
        return text, indent - (self._columns[depth - 1] if depth else 0), depth

    def _opens_item(self, line: str) -> bool:
        text, space, depth = self._measure(line)
        return space <= MOST_SPACE and self._starts_item(text, depth)

    def _place_code(self, text: str, space: int, depth: int) -> str:
        # A fence that stands in at all is meant for the item above it.
        depth = max(depth, 1) if space and self._columns else depth
        del self._columns[depth:]
        return " " * STEP * depth + text

    def _starts_item(self, text: str, depth: int) -> bool:
        marker = MARKER.match(text)
        if marker is None or RULE.fullmatch(text):
            return False
        # In the middle of a sentence, "2. " is a number and a lone "-" is a dash.
        goes_on = self._after_sentence and depth == len(self._columns)
        return not goes_on or (marker.end() < len(text) and marker[2] in {None, "1"})

    def _begin_block(self, depth: int) -> None:
        if self._depth_of_block is None:
            self._depth_of_block = depth

    def _open(self, text: str, indent: int, depth: int) -> str:
        del self._columns[depth:]
        self._begin_block(depth)
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
        self._begin_block(depth + 1 if depth else 0)
        self._after_sentence = is_sentence
        return " " * (STEP * depth + space) + text
