"""One text from the fields of the form for a question: what happens, where, the log, and what was tried.

A question is one text, so that it is read, searched, edited and compared as one; the form only helps to fill it.
"""

from __future__ import annotations

import re

ENVIRONMENT = "Environment"
LOG = "Log"
TRIED = "What I tried"
SHORTEST_FENCE = 3
_BACKTICKS = re.compile(r"`+")


def compose_body(happens: str, *, environment: str = "", log: str = "", tried: str = "") -> str:
    """The Markdown of a question from its fields; empty ones leave nothing behind."""
    parts = [
        happens.strip("\n"),
        _section(ENVIRONMENT, environment),
        _section(LOG, fenced(log)),
        _section(TRIED, tried),
    ]
    return "\n\n".join(part for part in parts if part.strip())


def fenced(log: str) -> str:
    """`log` as a block of code, between more backticks than it has in a row itself."""
    lines = log.replace("\r\n", "\n").strip("\n")
    if not lines.strip():
        return ""
    fence = "`" * max(SHORTEST_FENCE, 1 + max((len(run) for run in _BACKTICKS.findall(lines)), default=0))
    return f"{fence}log\n{lines}\n{fence}"


def _section(heading: str, text: str) -> str:
    words = text.replace("\r\n", "\n").strip("\n")
    return f"## {heading}\n\n{words}" if words.strip() else ""
