"""What takes the place of a finding, so that a text stays readable: the same thing has the same mask throughout."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.posts.sensitive.finding import LABELS, Finding, Kind

# Angle quotation marks: square brackets would become links in Markdown, angle brackets would be tags.
MASK = "‹{label} {number}›"
MASKED = re.compile(rf"‹({'|'.join(sorted(set(LABELS.values())))}) (\d{{1,4}})›")


class Masks:
    """Gives out masks for one post: its title and its texts share them.

    Numbers go on from those that stand in `texts` already, which may be of an earlier edit.
    """

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._last: dict[str, int] = {}
        self._given: dict[tuple[str, str], str] = {}
        for text in texts:
            for found in MASKED.finditer(text):
                label, number = found.group(1), int(found.group(2))
                self._last[label] = max(number, self._last.get(label, 0))

    def mask_for(self, kind: Kind, value: str) -> str:
        """The mask of this value: a new one if it is met for the first time."""
        key = (kind.label, value)
        if key not in self._given:
            self._last[kind.label] = self._last.get(kind.label, 0) + 1
            self._given[key] = MASK.format(label=kind.label, number=self._last[kind.label])
        return self._given[key]


def mask(text: str, findings: Iterable[Finding]) -> str:
    """`text` with its mask in the place of each finding."""
    pieces, position = [], 0
    for finding in sorted(findings, key=lambda one: one.start):
        pieces += [text[position : finding.start], finding.mask]
        position = finding.end
    return "".join([*pieces, text[position:]])
