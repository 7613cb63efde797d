"""Safe HTML in the dress of the page: code as figures, tables in regions that scroll, headings below the page's own.

Works on what the cleaner wrote, where every tag has one form only and text holds no angle bracket.
"""

from __future__ import annotations

import re

from app.kernel.text.figures import Figures
from app.kernel.text.labels import Labels, with_hint
from app.kernel.text.notes import set_notes

TABLE = re.compile(r"<table>(.*?)</table>", re.DOTALL)
HEADER_CELL = re.compile(r"<th( [^>]*)?>(.*?)</th>", re.DOTALL)
HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.DOTALL)
NOTE = re.compile(r"<sup>.*?</sup>")
TAG = re.compile(r"<[^>]*>")

# The page has the first level, its sections the second.
LEVELS_ABOVE = 2
LOWEST_LEVEL = 6


def dress(page: str, *, prefix: str) -> str:
    """`page`, as the cleaner wrote it, ready to stand in a post. `prefix` begins every id."""
    if "<h" in page:
        page = _lower_headings(page)
    page = set_notes(page, prefix=prefix)
    labels = Labels()
    if "<table>" in page:
        page = TABLE.sub(lambda table: _table(table, labels), page)
    page = page.replace("<img ", '<img loading="lazy" ')
    if "<pre>" in page:
        page = Figures(labels).set_in(page)
    return page


def _lower_headings(page: str) -> str:
    """Put the headings under those of the page, each at most one level below the one before; drop empty ones."""
    outer: list[int] = []

    def lowered(heading: re.Match[str]) -> str:
        level, words = int(heading[1]), heading[2]
        if not TAG.sub("", words).strip():
            return words
        while outer and outer[-1] >= level:
            outer.pop()
        outer.append(level)
        new_level = min(LEVELS_ABOVE + len(outer), LOWEST_LEVEL)
        return f"<h{new_level}>{words}</h{new_level}>"

    return HEADING.sub(lowered, page)


def _table(table: re.Match[str], labels: Labels) -> str:
    names = [TAG.sub("", NOTE.sub("", cell)).strip() for _, cell in HEADER_CELL.findall(table[1])]
    label = labels.distinct(with_hint("Table", ", ".join(name for name in names if name)))
    content = HEADER_CELL.sub(_header_cell, table[1])
    return f'<div class="scroller" role="region" aria-label="{label}" tabindex="0"><table>{content}</table></div>'


def _header_cell(cell: re.Match[str]) -> str:
    alignment = cell[1] or ""
    if not TAG.sub("", cell[2]).strip():
        return f"<td{alignment}>{cell[2]}</td>"
    return f'<th scope="col"{alignment}>{cell[2]}</th>'
