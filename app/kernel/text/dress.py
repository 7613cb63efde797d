"""Safe HTML in the dress of the page: code as figures, tables in regions that scroll, headings below the page's own.

Works on what the cleaner wrote, where every tag has one form only and text holds no angle bracket.
"""

from __future__ import annotations

import html
import re
from collections import Counter

CODE = re.compile(r'<pre><code(?: class="language-([^"]*)")?(?: title="([^"]*)")?>([^<]*)</code></pre>')
TABLE = re.compile(r"<table>(.*?)</table>", re.DOTALL)
HEADER_CELL = re.compile(r"<th( [^>]*)?>(.*?)</th>", re.DOTALL)
HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.DOTALL)
LINK_TO_NOWHERE = re.compile(r"<a>(.*?)</a>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")

COPY_BUTTON = '<button class="button quiet small needs-js" type="button" data-copy>Copy</button>'
# The page has the first level, its sections the second.
LEVELS_ABOVE = 2
LOWEST_LEVEL = 6
MAX_HINT = 40

LANGUAGE_NAMES = {
    "": "Code",
    "bash": "Shell",
    "c": "C",
    "c++": "C++",
    "c#": "C#",
    "console": "Console",
    "cpp": "C++",
    "css": "CSS",
    "go": "Go",
    "html": "HTML",
    "ini": "Settings",
    "java": "Java",
    "javascript": "JavaScript",
    "js": "JavaScript",
    "json": "JSON",
    "log": "Log",
    "powershell": "PowerShell",
    "python": "Python",
    "sh": "Shell",
    "shell": "Shell",
    "sql": "SQL",
    "text": "Text",
    "toml": "TOML",
    "typescript": "TypeScript",
    "xml": "XML",
    "yaml": "YAML",
    "yml": "YAML",
}


def dress(page: str) -> str:
    """`page`, as the cleaner wrote it, ready to stand in a post."""
    page = LINK_TO_NOWHERE.sub(r"\1", page)
    if "<h" in page:
        page = _lower_headings(page)
    labels = Labels()
    if "<table>" in page:
        page = TABLE.sub(lambda table: _table(table, labels), page)
    if "<pre>" in page:
        page = CODE.sub(lambda code: _figure(code, labels), page)
    return page


class Labels:
    """Names for the regions of one post; a name that comes again is numbered. Names are HTML already."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def distinct(self, label: str) -> str:
        """`label`, with a number from the second time on."""
        self._seen[label] += 1
        return label if self._seen[label] == 1 else f"{label} ({self._seen[label]})"


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
    names = [TAG.sub("", cell).strip() for _, cell in HEADER_CELL.findall(table[1])]
    label = labels.distinct(_with_hint("Table", ", ".join(name for name in names if name)))
    content = HEADER_CELL.sub(_header_cell, table[1])
    return f'<div class="scroller" role="region" aria-label="{label}" tabindex="0"><table>{content}</table></div>'


def _header_cell(cell: re.Match[str]) -> str:
    alignment = cell[1] or ""
    if not TAG.sub("", cell[2]).strip():
        return f"<td{alignment}>{cell[2]}</td>"
    return f'<th scope="col"{alignment}>{cell[2]}</th>'


def _figure(code: re.Match[str], labels: Labels) -> str:
    language, given, lines = code[1] or "", code[2], code[3]
    caption = given or LANGUAGE_NAMES.get(language, language)
    label = labels.distinct(given or _with_hint(caption, lines.strip().partition("\n")[0]))
    kind = f' class="language-{language}"' if language else ""
    return (
        f'<figure class="code"><figcaption>{caption}</figcaption>{COPY_BUTTON}'
        f'<pre tabindex="0" role="region" aria-label="{label}"><code{kind}>{lines.rstrip()}</code></pre></figure>'
    )


def _with_hint(name: str, content: str) -> str:
    """`name` and the beginning of what it names: several posts stand on a page, and their regions must differ."""
    words = " ".join(html.unescape(content).split())
    short = words if len(words) <= MAX_HINT else words[: MAX_HINT - 1].rstrip() + "…"
    return f"{name}: {html.escape(short)}" if short else name
