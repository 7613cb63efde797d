"""Which parts two sequences share, in order: the ground of what shows differences and of what merges texts.

Lines, or groups of words, that occur once in each sequence are anchors (after Bram Cohen's patience diff), because
people know a text by what is particular in it. Between anchors stands the shortest edit (E. W. Myers, "An O(ND)
difference algorithm and its variations", 1986). It is given a budget of steps, so that no text can keep a reader
waiting: where it runs out, what is found by then stands, and the rest counts as changed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# Less than a tenth of a second; 200 edits of the longest post take a tenth of them.
STEPS = 100_000


@dataclass
class Budget:
    """How many steps may still be taken."""

    left: int = STEPS

    def spend(self, steps: int) -> bool:
        """Take `steps` off; False once there is nothing left."""
        self.left -= steps
        return self.left > 0


@dataclass(frozen=True)
class Run:
    """`length` elements that stand at `old` in the one sequence and at `new` in the other."""

    old: int
    new: int
    length: int


@dataclass(frozen=True)
class Block:
    """Where the sequences agree (`same`), or where `new` stands in place of `old`; one of both may be empty."""

    old: range
    new: range
    same: bool


# A run, and the runs before it.
Trail = tuple[Run, "Trail"] | None


def blocks(old: Sequence[str], new: Sequence[str], budget: Budget, group: int = 1) -> Iterator[Block]:
    """Both sequences from beginning to end, cut where they begin or cease to agree; otherwise as `common_runs`."""
    at_old = at_new = 0
    for run in [*common_runs(old, new, budget, group), Run(len(old), len(new), 0)]:
        if run.old > at_old or run.new > at_new:
            yield Block(range(at_old, run.old), range(at_new, run.new), same=False)
        at_old, at_new = run.old + run.length, run.new + run.length
        if run.length:
            yield Block(range(run.old, at_old), range(run.new, at_new), same=True)


def common_runs(old: Sequence[str], new: Sequence[str], budget: Budget, group: int = 1) -> list[Run]:
    """What both sequences have, in order, no two runs touching in both.

    So many elements in a row as `group` says must occur once in each sequence to be an anchor.
    """
    found: list[Run] = []
    at_old = at_new = 0
    for anchor in [*_anchors(_grouped(old, group), _grouped(new, group)), Run(len(old), len(new), 0)]:
        for run in _between(old, new, (at_old, anchor.old, at_new, anchor.new), budget):
            _append(found, run)
        _append(found, anchor)
        at_old, at_new = anchor.old + anchor.length, anchor.new + anchor.length
    return found


def _append(runs: list[Run], run: Run) -> None:
    """Add a run, as part of the last one where it follows on that."""
    if not run.length:
        return
    last = runs[-1] if runs else None
    if last and (last.old + last.length, last.new + last.length) == (run.old, run.new):
        runs[-1] = Run(last.old, last.new, last.length + run.length)
    else:
        runs.append(run)


def _grouped(sequence: Sequence[str], group: int) -> list[tuple[str, ...]]:
    """Each element with those that follow it, `group` in all."""
    return list(zip(*(sequence[step:] for step in range(group)), strict=False))


def _anchors(old: Sequence[tuple[str, ...]], new: Sequence[tuple[str, ...]]) -> list[Run]:
    """What occurs once in each and in the same order: the longest increasing subsequence of their places."""
    counts_old, counts_new = Counter(old), Counter(new)
    place_in_new = {element: place for place, element in enumerate(new) if counts_new[element] == 1}
    ends: list[int] = []
    trails: list[Trail] = []
    for place, element in enumerate(old):
        if counts_old[element] == 1 and element in place_in_new:
            other = place_in_new[element]
            length = bisect_left(ends, other)
            before = trails[length - 1] if length else None
            ends[length : length + 1] = [other]
            trails[length : length + 1] = [(Run(place, other, 1), before)]
    return _runs_of(trails[-1]) if trails else []


def _between(
    old: Sequence[str], new: Sequence[str], bounds: tuple[int, int, int, int], budget: Budget
) -> Iterator[Run]:
    """The common runs of two stretches: what they begin and end with first, which costs nothing."""
    old_start, old_end, new_start, new_end = bounds
    shorter = min(old_end - old_start, new_end - new_start)
    head = next((step for step in range(shorter) if old[old_start + step] != new[new_start + step]), shorter)
    rest = shorter - head
    tail = next((step for step in range(rest) if old[old_end - 1 - step] != new[new_end - 1 - step]), rest)
    yield Run(old_start, new_start, head)
    if rest > tail:
        inner_old, inner_new = old_start + head, new_start + head
        found = _shortest_edit(old[inner_old : old_end - tail], new[inner_new : new_end - tail], budget)
        yield from (Run(inner_old + run.old, inner_new + run.new, run.length) for run in found)
    yield Run(old_end - tail, new_end - tail, tail)


def _shortest_edit(old: Sequence[str], new: Sequence[str], budget: Budget) -> list[Run]:
    """The runs that the shortest edit keeps; some of them only, if the budget runs out first.

    `reached` holds, by diagonal (place in old less place in new), how far one gets in `old` with so many changes, and
    the runs on the way.
    """
    if set(old).isdisjoint(new):
        return []
    reached: dict[int, tuple[int, Trail]] = {1: (0, None)}
    most = len(old) + len(new)
    for changes in range(most + 1):
        lowest = -changes + 2 * max(0, changes - len(new))
        highest = changes - 2 * max(0, changes - len(old))
        for diagonal in range(lowest, highest + 1, 2):
            place, trail = _step(reached, diagonal, changes)
            length = _common_length(old, new, place, place - diagonal)
            if length:
                trail = (Run(place, place - diagonal, length), trail)
            place += length
            reached[diagonal] = (place, trail)
            if place + place - diagonal == most:
                return _runs_of(trail)
            if not budget.spend(1 + length):
                return _runs_of(_furthest(reached))
    raise AssertionError("Taking everything out and putting everything in is an edit too.")


def _step(reached: dict[int, tuple[int, Trail]], diagonal: int, changes: int) -> tuple[int, Trail]:
    """One more change: an element of `new` put in, or one of `old` taken out, whichever gets further."""
    if diagonal == -changes or (diagonal != changes and reached[diagonal - 1][0] < reached[diagonal + 1][0]):
        return reached[diagonal + 1]
    place, trail = reached[diagonal - 1]
    return place + 1, trail


def _common_length(old: Sequence[str], new: Sequence[str], at_old: int, at_new: int) -> int:
    most = min(len(old) - at_old, len(new) - at_new)
    length = 0
    while length < most and old[at_old + length] == new[at_new + length]:
        length += 1
    return length


def _furthest(reached: dict[int, tuple[int, Trail]]) -> Trail:
    return max(reached.items(), key=lambda item: 2 * item[1][0] - item[0])[1][1]


def _runs_of(trail: Trail) -> list[Run]:
    runs: list[Run] = []
    while trail is not None:
        run, trail = trail
        runs.append(run)
    return runs[::-1]
