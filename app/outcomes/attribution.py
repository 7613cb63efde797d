"""Five rules that split the amount of an opportunity over what touched it. None of them knows a cause.

Each rule takes the days from a touch to the close, one number a touch in whatever order, and gives each touch its
weight in that same order; the weights add up to 1. Without touches there is nothing to split.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

# After this many days a touch weighs half. Advertising takes 7; what companies buy takes months to decide.
HALF_LIFE_DAYS = 30.0
# What the first touch and the last one get in the U; the others share the rest.
OUTER_SHARE = 0.4
# A weight is a rounded number: 0.4 of 1,000 cents must not become 399 of them.
ROUNDING = Fraction(1, 10**6)

Rule = Callable[[Sequence[float]], list[float]]


def first_touch(days_before: Sequence[float]) -> list[float]:
    """Everything to the touch that came first."""
    return _all_to(_in_order(days_before)[:1], len(days_before))


def last_touch(days_before: Sequence[float]) -> list[float]:
    """Everything to the touch that came last."""
    return _all_to(_in_order(days_before)[-1:], len(days_before))


def linear(days_before: Sequence[float]) -> list[float]:
    """The same to every touch."""
    return [1 / len(days_before)] * len(days_before) if days_before else []


def time_decay(days_before: Sequence[float]) -> list[float]:
    """To each touch `2^(-days/30)`, so that a touch counts half as much as one 30 days after it."""
    if not days_before:
        return []
    nearest = min(days_before)
    raw = [2 ** (-(days - nearest) / HALF_LIFE_DAYS) for days in days_before]
    total = math.fsum(raw)
    return [weight / total for weight in raw]


def u_shape(days_before: Sequence[float]) -> list[float]:
    """40 % to the first touch, 40 % to the last, 20 % to those between; two touches take half each."""
    order = _in_order(days_before)
    if len(order) <= 2:
        return linear(days_before)
    between = (1 - 2 * OUTER_SHARE) / (len(order) - 2)
    weights = [between] * len(order)
    weights[order[0]] = weights[order[-1]] = OUTER_SHARE
    return weights


RULES: Mapping[str, Rule] = {
    "first": first_touch,
    "last": last_touch,
    "linear": linear,
    "time decay": time_decay,
    "u": u_shape,
}


def in_cents(amount: int, weights: Sequence[float]) -> list[int]:
    """Split `amount` (in the smallest unit of its currency) by `weights` that add up to 1.

    The parts add up to the amount exactly: what rounding down leaves goes to the largest, the first of equal ones.
    """
    if not weights:
        return []
    parts = [math.floor(amount * Fraction(weight) + ROUNDING) for weight in weights]
    largest = max(range(len(weights)), key=weights.__getitem__)
    parts[largest] += amount - sum(parts)
    return parts


def community_part(amount: int, rule: Rule, touches: Sequence[tuple[float, bool]]) -> int:
    """What `rule` credits to the community, in cents, of all touches: (days before the close, was it here) each."""
    parts = in_cents(amount, rule([days for days, _ in touches]))
    return sum(part for part, (_, is_here) in zip(parts, touches, strict=True) if is_here)


def _in_order(days_before: Sequence[float]) -> list[int]:
    """The places of the touches, the first touch first."""
    return sorted(range(len(days_before)), key=lambda place: -days_before[place])


def _all_to(places: Sequence[int], count: int) -> list[float]:
    return [1.0 if place in places else 0.0 for place in range(count)]
