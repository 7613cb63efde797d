"""Two edits of one text made into one: line by line, by what each changed of the text both started from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.posts.alignment import Budget, common_runs

# What stands around a part that both changed. Each is a line of its own, in words, since people read it in a form.
THEIRS_BEGINS = "[[ Both of you changed this part. Theirs: ]]"
YOURS_BEGINS = "[[ Yours: ]]"
PART_ENDS = "[[ Keep what is right, and delete the three lines in brackets. ]]"
MARKS = frozenset({THEIRS_BEGINS, YOURS_BEGINS, PART_ENDS})


@dataclass(frozen=True)
class Merged:
    """A text with the changes of both; `conflicts` is how many parts both changed, each marked in the text."""

    text: str
    conflicts: int


def merge(base: str, theirs: str, mine: str) -> Merged:
    """Both edits of `base` in one text. Where both changed the same lines, both stand there between MARKS."""
    lines: list[str] = []
    conflicts = 0
    for before, there, here in _parts(base.split("\n"), theirs.split("\n"), mine.split("\n")):
        if there in (before, here):
            lines += here
        elif here == before:
            lines += there
        else:
            lines += [THEIRS_BEGINS, *there, YOURS_BEGINS, *here, PART_ENDS]
            conflicts += 1
    return Merged("\n".join(lines), conflicts)


def merge_tags(base: Sequence[str], theirs: Sequence[str], mine: Sequence[str]) -> list[str]:
    """What both left in, and what either put in; in the order of `mine`, then of `theirs`."""
    gone = (set(base) - set(theirs)) | (set(base) - set(mine))
    return [tag for tag in dict.fromkeys([*mine, *theirs]) if tag not in gone]


def merge_line(base: str, theirs: str, mine: str) -> str:
    """A title with the change of whichever changed it; `mine` where both did."""
    return theirs if mine == base else mine


def has_marks(text: str) -> bool:
    """True while a part that both changed still stands there twice."""
    return not MARKS.isdisjoint(line.strip() for line in text.split("\n"))


def _parts(base: list[str], theirs: list[str], mine: list[str]) -> Iterator[tuple[list[str], list[str], list[str]]]:
    """All three texts, cut before and after each line that all three share."""
    to_theirs, to_mine = _places(base, theirs), _places(base, mine)
    shared = [place for place in to_theirs if place in to_mine]
    at_base = at_theirs = at_mine = 0
    for place in shared:
        there, here = to_theirs[place], to_mine[place]
        yield base[at_base:place], theirs[at_theirs:there], mine[at_mine:here]
        yield base[place : place + 1], theirs[there : there + 1], mine[here : here + 1]
        at_base, at_theirs, at_mine = place + 1, there + 1, here + 1
    yield base[at_base:], theirs[at_theirs:], mine[at_mine:]


def _places(base: list[str], other: list[str]) -> dict[int, int]:
    """Where the lines of `base` that are kept stand in `other`."""
    return {run.old + step: run.new + step for run in common_runs(base, other, Budget()) for step in range(run.length)}
