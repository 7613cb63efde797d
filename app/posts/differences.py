"""What changed between two texts, for people to read: lines side by side, and the words inside a changed line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter

from app.posts.alignment import Budget, blocks
from app.posts.models import Revision

# So many unchanged lines stay on either side of a change; the rest is folded if that hides more than one line.
LINES_AROUND = 2
# Hardly a word occurs once in a long line; so many words and spaces in a row do.
WORDS_TOGETHER = 5
# Two lines are one line that was changed if they share this part of their words; else one went and another came.
ALIKE = 0.4
# A word: a run of letters and digits of any script, with their marks. Han and kana are written without spaces, so
# there each letter counts. All spaces in a row are one element, and each sign is one.
_SIGNS = r"\s!-/:-@\[-`{-~«»‘’“”–—…、。"
_UNSPACED = r"぀-ヿ㐀-鿿"
WORD = re.compile(rf"[{_UNSPACED}]|[^{_SIGNS}{_UNSPACED}]+|\s+|.")


class Kind(StrEnum):
    """What happened to a part of a text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


# A pair of places, and the pairs before it.
Pairs = tuple[tuple[int, int], "Pairs"] | None


@dataclass(frozen=True)
class Piece:
    """A part of a line."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Row:
    """A line of the older text beside the line of the newer one that it became; None where there is no such line."""

    before: str | None
    after: str | None
    pieces: tuple[Piece, ...]

    @property
    def is_same(self) -> bool:
        return self.before == self.after

    @property
    def kind(self) -> str:
        """same, changed, removed or added."""
        if self.after is None:
            return Kind.REMOVED
        if self.before is None:
            return Kind.ADDED
        return Kind.SAME if self.is_same else "changed"

    @property
    def pieces_before(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.kind != Kind.ADDED]

    @property
    def pieces_after(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.kind != Kind.REMOVED]


@dataclass(frozen=True)
class Stretch:
    """Rows that follow one another; folded where nothing changed for long."""

    rows: Sequence[Row]
    folded: bool


@dataclass(frozen=True)
class Comparison:
    """What changed between two revisions of a post. `title` is None where the title stayed, or where there is none."""

    older: Revision
    newer: Revision
    title: Row | None
    tags: tuple[Piece, ...]
    body: Sequence[Stretch]

    @property
    def tags_changed(self) -> bool:
        return any(piece.kind != Kind.SAME for piece in self.tags)

    @property
    def body_changed(self) -> bool:
        return not all(row.is_same for stretch in self.body for row in stretch.rows)


def compare(older: Revision, newer: Revision) -> Comparison:
    """Title, tags and body of two revisions of one post."""
    title = None
    if older.title != newer.title:
        before, after = older.title or "", newer.title or ""
        title = Row(before, after, words_changed(before, after, Budget()))
    return Comparison(
        older=older,
        newer=newer,
        title=title,
        tags=tuple(_tags_changed(older.tags.split(), newer.tags.split())),
        body=folded(rows_of(older.body, newer.body)),
    )


def rows_of(old: str, new: str, budget: Budget | None = None) -> list[Row]:
    """Every line of both texts, in order. The older text is what stands before, the newer one what stands after."""
    budget = budget or Budget()
    before, after = old.split("\n"), new.split("\n")
    rows: list[Row] = []
    for block in blocks(before, after, budget):
        here, there = before[block.old.start : block.old.stop], after[block.new.start : block.new.stop]
        if block.same:
            rows += (Row(line, line, (Piece(Kind.SAME, line),)) for line in here)
        else:
            rows += (_row(one, other, budget) for one, other in _pairs(here, there, budget))
    return rows


def folded(rows: Sequence[Row]) -> list[Stretch]:
    """The rows cut into stretches, those far from every change folded."""
    shown = bytearray(len(rows))
    for place, row in enumerate(rows):
        if not row.is_same:
            first, last = max(0, place - LINES_AROUND), min(len(rows), place + LINES_AROUND + 1)
            shown[first:last] = b"\1" * (last - first)
    stretches: list[Stretch] = []
    start = 0
    for place in range(1, len(rows) + 1):
        if place == len(rows) or shown[place] != shown[start]:
            stretches.append(Stretch(rows[start:place], folded=not shown[start] and place - start > 1))
            start = place
    return stretches


def words_changed(old: str, new: str, budget: Budget) -> tuple[Piece, ...]:
    """One line with the words that went and came. A space between two changed words counts as changed with them."""
    before, after = WORD.findall(old), WORD.findall(new)
    found = list(blocks(before, after, budget, WORDS_TOGETHER))
    pieces: list[Piece] = []
    gone = came = ""
    for block in found:
        removed = "".join(before[block.old.start : block.old.stop])
        added = "".join(after[block.new.start : block.new.stop])
        is_between = bool(gone or came) and removed.isspace() and block is not found[-1]
        if block.same and not is_between:
            pieces += [*_pieces(gone, came), Piece(Kind.SAME, removed)]
            gone = came = ""
        else:
            gone, came = gone + removed, came + added
    return (*pieces, *_pieces(gone, came))


def _pieces(gone: str, came: str) -> Iterator[Piece]:
    if gone:
        yield Piece(Kind.REMOVED, gone)
    if came:
        yield Piece(Kind.ADDED, came)


def _row(before: str | None, after: str | None, budget: Budget) -> Row:
    if before is None or after is None:
        return Row(before, after, tuple(_pieces(before or "", after or "")))
    return Row(before, after, words_changed(before, after, budget))


def _tags_changed(older: Sequence[str], newer: Sequence[str]) -> Iterator[Piece]:
    for tag in sorted({*older, *newer}):
        kind = Kind.SAME if tag in older and tag in newer else Kind.ADDED if tag in newer else Kind.REMOVED
        yield Piece(kind, tag)


def _pairs(before: Sequence[str], after: Sequence[str], budget: Budget) -> Iterator[tuple[str | None, str | None]]:
    """These lines beside those that they became; what has no counterpart stands alone, what went before what came."""
    at_before = at_after = 0
    for here, there in [*_most_alike(before, after, budget), (len(before), len(after))]:
        yield from ((line, None) for line in before[at_before:here])
        yield from ((None, line) for line in after[at_after:there])
        if here < len(before) and there < len(after):
            yield before[here], after[there]
        at_before, at_after = here + 1, there + 1


def _most_alike(before: Sequence[str], after: Sequence[str], budget: Budget) -> list[tuple[int, int]]:
    """The places of lines that are one line which was changed: the pairing, in order, with the most in common.

    None at all where there are more pairs to look at than steps left.
    """
    if len(before) * len(after) > budget.left:
        return []
    budget.spend(len(before) * len(after))
    # For each place in `before`, by place in `after`: what the lines up to there can have in common, and how.
    best: list[tuple[float, Pairs]] = [(0, None)] * (len(after) + 1)
    for here, shares in enumerate(_shares(before, after)):
        diagonal = best[0]
        for there, share in enumerate(shares, start=1):
            paired = (diagonal[0] + share, ((here, there - 1), diagonal[1])) if share >= ALIKE else diagonal
            diagonal = best[there]
            best[there] = max(diagonal, best[there - 1], paired, key=itemgetter(0))
    return _in_order(best[-1][1])


def _shares(before: Sequence[str], after: Sequence[str]) -> Iterator[list[float]]:
    """For each line of `before`, which part of its words it shares with each line of `after`."""
    words_after = [frozenset(WORD.findall(line)) - {" "} for line in after]
    for line in before:
        words = frozenset(WORD.findall(line)) - {" "}
        yield [2 * len(words & other) / (len(words) + len(other) or 1) for other in words_after]


def _in_order(pairs: Pairs) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    while pairs is not None:
        pair, pairs = pairs
        found.append(pair)
    return found[::-1]
