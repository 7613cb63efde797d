"""Measures of a ranking, as the trade has them. Most queries have one known relevant document and the rest is unjudged,
so figures compare engines and say little by themselves."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import mean

from tools.quality.sets import Collection

DEPTH = 10
SEED = 7

Search = Callable[[str], Sequence[str]]
"""Typed text to the names of the documents found, best first."""


@dataclass(frozen=True)
class Quality:
    """Means over all queries."""

    ndcg: float
    mrr: float
    recall: float


def quality(search: Search, collection: Collection, *, most: int | None = None) -> Quality:
    """How well `search` does; the document that a query was taken from counts only where it is relevant.

    `most` takes a sample of the queries, the same in every run.
    """
    names = list(collection.grades)
    if most is not None and most < len(names):
        names = random.Random(SEED).sample(names, most)
    rows = [_one(search, collection, name) for name in names]
    return Quality(*(mean(column) for column in zip(*rows, strict=True)))


def _one(search: Search, collection: Collection, name: str) -> tuple[float, float, float]:
    grades = collection.grades[name]
    found = [each for each in search(collection.queries[name]) if each != name or name in grades][:DEPTH]
    gains = [grades.get(each, 0) for each in found]
    first = next((place for place, gain in enumerate(gains, 1) if gain), 0)
    ideal = _discounted(sorted(grades.values(), reverse=True))
    return _discounted(gains) / ideal, 1 / first if first else 0.0, sum(map(bool, gains)) / len(grades)


def _discounted(gains: Sequence[int]) -> float:
    """Discounted cumulative gain with exponential grades, of Järvelin and Kekäläinen."""
    return sum((2**gain - 1) / math.log2(place + 2) for place, gain in enumerate(gains[:DEPTH]))
