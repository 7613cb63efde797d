"""Footnotes: `[^1]` in the text, and `[^1]: where it comes from` on a line of its own.

Taken out of the source before it is parsed, numbered in the order of the text after it is cleaned. Between the two, a
note is a mark of characters that no source may hold.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

# Characters that Unicode will never give a meaning; the renderer takes them out of every source.
MARK, MARK_END, SECTION = "\ufdd0", "\ufdd1", "\ufdd2"
RESERVED = str.maketrans("", "", MARK + MARK_END + SECTION)

DEFINITION = re.compile(r" {0,3}\[\^([^\[\]\s]{1,40})\]: *(.*)")
REFERENCE = re.compile(r"\[\^([^\[\]\s]{1,40})\]")
TAG = re.compile(r"(<[^>]*>)")
MARKED = re.compile(f"{MARK}([0-9]+){MARK_END}")
SECTION_START = f"<p>{SECTION}</p>"
INDENT = 4
MAX_NOTES = 100
MAX_WAYS_BACK = 5


class Notes:
    """The footnotes of one text: their names in the order of their definitions, and what they say."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._wanted: set[str] = set()
        self.sources: list[list[str]] = []

    def take_from(self, lines: Sequence[str]) -> list[str]:
        """`lines` without the definitions. A second one of the same name, or one that nothing refers to, stays.

        What stands in by four spaces below a definition belongs to it, and so does the rest of its paragraph.
        """
        self._numbers, self._wanted, self.sources = {}, _referred_to(lines), []
        left: list[str] = []
        note: list[str] | None = None
        for line in lines:
            definition = DEFINITION.match(line)
            if definition and self._is_new(definition[1]):
                note = self._add(definition[1], note)
                note.append(definition[2])
                left.append("")
            elif note is not None and _belongs(line, note):
                note.append(line[INDENT:] if line.startswith(" " * INDENT) else line)
            else:
                self._close(note)
                note = None
                left.append(line)
        self._close(note)
        return left

    def number(self, name: str) -> int | None:
        """The number of the note in the order of the definitions, from 0; None when there is none of this name."""
        return self._numbers.get(name.casefold())

    def _is_new(self, name: str) -> bool:
        key = name.casefold()
        return key in self._wanted and key not in self._numbers and len(self._numbers) < MAX_NOTES

    def _add(self, name: str, before: list[str] | None) -> list[str]:
        self._close(before)
        self._numbers[name.casefold()] = len(self._numbers)
        return []

    def _close(self, note: list[str] | None) -> None:
        if note is not None:
            self.sources.append(note)


def _referred_to(lines: Sequence[str]) -> set[str]:
    """The names of notes that stand in the text, and not only before a definition."""
    names: Counter[str] = Counter()
    for line in lines:
        names.update(name.casefold() for name in REFERENCE.findall(line))
        if definition := DEFINITION.match(line):
            names[definition[1].casefold()] -= 1
    return {name for name, times in names.items() if times > 0}


def _belongs(line: str, note: Sequence[str]) -> bool:
    return not line or line.startswith(" " * INDENT) or bool(note[-1])


def mark(number: int) -> str:
    """What stands for a reference to note `number` until the text is clean."""
    return f"{MARK}{number}{MARK_END}"


def set_notes(page: str, *, prefix: str) -> str:
    """`page` with its notes numbered and below it. `prefix` tells their ids from those of other texts on a page."""
    if SECTION not in page:
        return page
    body, *notes = page.split(SECTION_START)
    numbering = _Numbering(prefix)
    body = numbering.refer(body).rstrip()
    items = "\n".join(numbering.items(notes))
    return f'{body}\n<div class="notes"><h3 class="aloud">Notes</h3>\n<ol>\n{items}\n</ol></div>'


class _Numbering:
    """Numbers the notes of a text in the order in which the text refers to them, and makes the links both ways."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._order: list[int] = []
        self._references: Counter[int] = Counter()

    def refer(self, page: str) -> str:
        """`page` with links for the marks of its text; what stands in a tag stays untouched."""
        parts = TAG.split(page)
        parts[::2] = [MARKED.sub(self._link, part) for part in parts[::2]]
        parts[1::2] = [MARKED.sub("", tag) for tag in parts[1::2]]
        return "".join(parts)

    def items(self, notes: Sequence[str]) -> list[str]:
        """The notes as items of a list: those that are referred to in that order, then the rest."""
        words: dict[int, str] = {}
        while len(words) < len(notes):
            # A note may refer to a note, so the order grows while it is followed.
            note = next(one for one in [*self._order, *range(len(notes))] if one not in words)
            self._shown(note)
            words[note] = self.refer(notes[note]).strip()
        return [self._item(note, words[note]) for note in self._order if note in words]

    def _link(self, found: re.Match[str]) -> str:
        note = int(found[1])
        shown = self._shown(note)
        self._references[note] += 1
        number = self._references[note]
        place = f' id="{self._reference(shown, number)}"' if number <= MAX_WAYS_BACK else ""
        return f'<sup><a{place} href="#{self._note(shown)}" aria-label="Note {shown}">{shown}</a></sup>'

    def _item(self, note: int, words: str) -> str:
        shown = self._shown(note)
        ways = "".join(
            f' <a href="#{self._reference(shown, number)}" aria-label="Back to the text from note {shown}'
            f'{f", place {number}" if number > 1 else ""}">\u2191</a>'
            for number in range(1, min(self._references[note], MAX_WAYS_BACK) + 1)
        )
        inside = words.endswith("</p>")
        content = f"{words[:-4]}{ways}</p>" if inside else f"{words}{ways}"
        return f'<li id="{self._note(shown)}">{content}</li>'

    def _shown(self, note: int) -> int:
        """The number that readers see, from 1."""
        if note not in self._order:
            self._order.append(note)
        return self._order.index(note) + 1

    def _note(self, shown: int) -> str:
        return f"note-{self._prefix}-{shown}"

    def _reference(self, shown: int, number: int) -> str:
        return f"noteref-{self._prefix}-{shown}" + (f"-{number}" if number > 1 else "")
