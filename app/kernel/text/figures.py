"""Code as figures: named, with a button to copy it, in colours, folded where it is long."""

from __future__ import annotations

import html
import re

from app.kernel.text.highlighting import Colours
from app.kernel.text.labels import Labels, with_hint

CODE = re.compile(r'<pre><code(?: class="language-([^"]*)")?(?: title="([^"]*)")?>([^<]*)</code></pre>')
COPY_BUTTON = '<button class="button quiet small needs-js" type="button" data-copy>Copy</button>'

MOST_LINES = 30
FIRST_LINES = 3
LONGEST_FIRST_LINE = 160

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


class Figures:
    """The code of one text."""

    def __init__(self, labels: Labels) -> None:
        self._labels = labels
        self._colours = Colours()

    def set_in(self, page: str) -> str:
        """`page` with a figure for each block of code."""
        return CODE.sub(self._figure, page)

    def _figure(self, block: re.Match[str]) -> str:
        language, given, code = block[1] or "", block[2], html.unescape(block[3]).rstrip()
        caption = given or html.escape(LANGUAGE_NAMES.get(language, language))
        label = self._labels.distinct(given or with_hint(caption, code.strip().partition("\n")[0]))
        kind = f' class="language-{language}"' if language else ""
        lines = self._colours.lines(code, language)
        region = (
            f'<pre tabindex="0" role="region" aria-label="{label}"><code{kind}>' + "\n".join(lines) + "</code></pre>"
        )
        shown = _folded(region, caption, code.split("\n")) if len(lines) > MOST_LINES else region
        return f'<figure class="code"><figcaption>{caption}</figcaption>{COPY_BUTTON}{shown}</figure>'


def _folded(region: str, caption: str, lines: list[str]) -> str:
    """`region` behind a line that says how long it is and how it begins."""
    first = "\n".join(html.escape(_cut(line)) for line in [line for line in lines if line.strip()][:FIRST_LINES])
    summary = f"{caption}: {len(lines)} lines<span>, the first: <code>{first}</code></span>"
    return f"<details><summary>{summary}</summary>{region}</details>"


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST_FIRST_LINE else line[: LONGEST_FIRST_LINE - 1] + "…"
