"""Fenced code: found line by line, before Markdown sees the text, in time proportional to its length.

A fence may stand in a list or in a quotation, runs to the end of the text when nobody closes it, and may carry a
caption after its language: three backticks, then `console replication.log on the sending array`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

OPENING = re.compile(r"((?: {0,3}>)*)( *)((?:(?:[-*+]|\d{1,9}[.)]) ++)*+)(`{3,}|~{3,})([^\n]*)")
LANGUAGE = re.compile(r"[A-Za-z0-9#+-]{1,30}")
# A footnote holds what stands in below it, as an item does.
LIST_ITEM = re.compile(r" *(?:(?:[-*+]|\d{1,9}[.)])(?: |$)|\[\^[^\[\]\s]{1,40}\]:)")
MAX_CAPTION = 120


@dataclass(kw_only=True)
class Fence:
    """One fenced block: its code, its language ("" when not given), its caption, and where it stands.

    `items` are the list marks that stand before it on its line, with their spaces.
    """

    quotes: str
    items: str
    indent: int
    in_list: bool
    mark: str
    language: str
    caption: str
    lines: list[str] = field(default_factory=list)

    @property
    def code(self) -> str:
        """The lines between the fences."""
        return "\n".join(self.lines)

    def read(self, lines: list[str], start: int) -> int:
        """Take the lines from `start` on that belong to this fence; return the number of the next line."""
        for number in range(start, len(lines)):
            if self._is_closed_by(lines[number]):
                return number + 1
            if not self._take(lines[number]):
                return number
        return len(lines)

    def _is_closed_by(self, line: str) -> bool:
        stripped = line.lstrip(" >" if self.quotes else " ").rstrip()
        return len(stripped) >= len(self.mark) and not stripped.strip(self.mark[0])

    def _take(self, line: str) -> bool:
        """Add `line`; False when it does not belong to the fence, because the quotation around it has ended."""
        if self.quotes:
            inner = re.match(rf"(?: {{0,3}}> ?){{{self.quotes.count('>')}}}", line)
            if inner is None:
                return False
            line = line[inner.end() :]
        indent = min(self.indent, len(line) - len(line.lstrip(" ")))
        self.lines.append(line[indent:])
        return True


def split_fences(source: str) -> Iterator[str | Fence]:
    """Yield the parts of `source` in order: prose as text, fenced blocks as Fence."""
    lines = source.split("\n")
    prose: list[str] = []
    in_list = False
    at = 0
    while at < len(lines):
        in_list = _stays_in_list(lines[at], in_list)
        fence = _opened_by(lines[at], in_list=in_list)
        at += 1
        if fence is None:
            prose.append(lines[at - 1])
            continue
        if fence.items:
            prose.append(fence.items.rstrip())
        yield "\n".join(prose)
        prose = []
        at = fence.read(lines, at)
        yield fence
    yield "\n".join(prose)


def _stays_in_list(line: str, in_list: bool) -> bool:
    return in_list if not line or line.startswith(" ") else LIST_ITEM.match(line) is not None


def _opened_by(line: str, *, in_list: bool) -> Fence | None:
    opening = OPENING.match(line)
    if opening is None:
        return None
    quotes, space, items, mark, about = opening.groups()
    # Without a list around it, text that stands in by four spaces is indented code, backticks and all.
    if (mark[0] == "`" and "`" in about) or (len(space) > 3 and not in_list) or (quotes and items):
        return None
    language, caption = _read_about(about)
    return Fence(
        quotes=quotes,
        items=space + items if items else "",
        indent=len(space + items),
        in_list=in_list,
        mark=mark,
        language=language,
        caption=caption,
    )


def _read_about(about: str) -> tuple[str, str]:
    """Split what stands after the fence into a language and a caption; a file name is a caption."""
    first, _, rest = about.strip().partition(" ")
    if LANGUAGE.fullmatch(first):
        return first.lower(), rest.strip()[:MAX_CAPTION]
    return "", about.strip()[:MAX_CAPTION]
