"""Twelve months of affinity as a line, drawn from the weekly snapshots. The page says the same in words and in a table.

The axis of time is always the whole year, so that lines of different accounts can be compared. A week in which too few
people took part has no number, and leaves a gap.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.web.ui.dates import MONTHS, date_words

YEAR = timedelta(days=366)
# Snapshots are taken once a week; between two that are further apart, some had no number.
GAP = timedelta(days=13)
# The scale ends at a multiple of this, the first one that holds the whole line.
STEP = 20
HEADROOM = 4

Point = tuple[datetime, int]


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The room for a line, in the units of the drawing."""

    width: int
    height: int
    until: datetime

    def place(self, at: datetime, score: int, top: int) -> tuple[float, float]:
        """Where a score stands; `top` is the score at the upper edge."""
        across = 1 - (self.until - at) / YEAR
        return round(across * self.width, 1), round(self.height - score / top * (self.height - HEADROOM), 1)


@dataclass(frozen=True, kw_only=True)
class Curve:
    """A line through the snapshots of twelve months. `months` are names of months, and how far along they stand."""

    path: str
    end: tuple[float, float]
    points: Sequence[Point]
    top: int
    months: Sequence[tuple[float, str]]

    @property
    def words(self) -> str:
        """What a reader hears in place of the drawing."""
        (first_at, first), (last_at, last) = self.points[0], self.points[-1]
        scores = [score for _at, score in self.points]
        return (
            f"Affinity over twelve months: {first} on {date_words(first_at)}, {last} on {date_words(last_at)}, "
            f"between {min(scores)} and {max(scores)}"
        )


def draw(points: Sequence[Point], frame: Frame) -> Curve | None:
    """The line through these points, oldest first; None while there are fewer than two, which make no line."""
    if len(points) < 2:
        return None
    top = _top(points)
    pieces = [[frame.place(at, score, top) for at, score in piece] for piece in _pieces(points)]
    return Curve(
        path="".join(map(_path, pieces)),
        end=pieces[-1][-1],
        points=points,
        top=top,
        months=list(_months(frame)),
    )


def _top(points: Sequence[Point]) -> int:
    most = max(score for _at, score in points)
    return max(STEP, -(-most // STEP) * STEP)


def _pieces(points: Sequence[Point]) -> list[list[Point]]:
    """The points, cut where weeks are missing between two of them."""
    pieces = [[points[0]]]
    for before, point in itertools.pairwise(points):
        if point[0] - before[0] > GAP:
            pieces.append([])
        pieces[-1].append(point)
    return pieces


def _path(places: Sequence[tuple[float, float]]) -> str:
    """Straight lines from place to place; a single place is a dot, drawn by the round end of a line without length."""
    first, *others = [f"{x:g} {y:g}" for x, y in places]
    return f"M{first}" + ("".join(f"L{place}" for place in others) or "h0")


def _months(frame: Frame) -> Iterator[tuple[float, str]]:
    """Where the year begins, its middle, and where it ends."""
    for across in (0.0, 0.5, 1.0):
        at = frame.until - YEAR * (1 - across)
        yield across * frame.width, MONTHS[at.month - 1]
