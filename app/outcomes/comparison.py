"""Comparing two shares without saying more than the numbers do."""

from __future__ import annotations

import math
from dataclasses import dataclass

# The 97.5 % point of the normal distribution: an interval of 95 %.
Z95 = 1.959963984540054
NO_DIFFERENCE = "no clear difference yet"


@dataclass(frozen=True)
class Difference:
    """How far one share lies above another, with its 95 % interval; all between -1 and 1."""

    of: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """True when the whole interval lies on one side of none."""
        return self.low > 0 or self.high < 0

    @property
    def words(self) -> str:
        """In percentage points, with what may be said about it."""
        points = f"{_signed(self.of)} points, 95 % interval {_signed(self.low)} to {_signed(self.high)}"
        if not self.is_clear:
            return f"{NO_DIFFERENCE} ({points})"
        return f"{'higher' if self.of > 0 else 'lower'} ({points})"


def wilson(yes: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share after Wilson (1927)."""
    share, z2 = yes / of, Z95 * Z95
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = Z95 * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def newcombe(yes: int, of: int, other_yes: int, other_of: int) -> Difference:
    """How far `yes/of` lies above `other_yes/other_of`, after Newcombe's hybrid score method (1998, method 10)."""
    share, other = yes / of, other_yes / other_of
    (low, high), (other_low, other_high) = wilson(yes, of), wilson(other_yes, other_of)
    return Difference(
        of=share - other,
        low=share - other - math.hypot(share - low, other_high - other),
        high=share - other + math.hypot(high - share, other - other_low),
    )


def e_value(risk_ratio: float) -> float:
    """How strongly something hidden must be tied to both sides to explain `risk_ratio` away (VanderWeele, Ding 2017).

    As a risk ratio, at least 1; the same for a ratio and its inverse.
    """
    ratio = max(risk_ratio, 1 / risk_ratio)
    return ratio + math.sqrt(ratio * (ratio - 1))


def _signed(share: float) -> str:
    points = round(100 * share)
    return f"{'+' if points > 0 else '−' if points < 0 else ''}{abs(points)}"
