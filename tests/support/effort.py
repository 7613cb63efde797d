"""How much work something is, measured so that neither a slow machine nor a busy one fails a test.

A fault of the kinds that these tests look for makes work a hundred or a million times as long. So the processor's
time is counted, not the clock's; it is divided by what a fixed piece of Python takes on the same machine at the same
moment; and what was disturbed is tried again.
"""

from __future__ import annotations

from collections.abc import Callable
from time import thread_time

ATTEMPTS = 3
ROUNDS = 250_000


def effort(work: Callable[[], object], *, enough: float) -> float:
    """How long `work` keeps this thread's processor, in units of about a hundredth of a second.

    Being disturbed makes work longer, never shorter, so the least of up to three attempts is given; an attempt of at
    most `enough` ends it.
    """
    least = float("inf")
    for _ in range(ATTEMPTS):
        least = min(least, seconds(work) / seconds(yardstick))
        if least <= enough:
            break
    return least


def yardstick() -> None:
    """About a hundredth of a second of Python."""
    table = dict.fromkeys(range(64), 0)
    for number in range(ROUNDS):
        table[number & 63] += 1


def seconds(work: Callable[[], object]) -> float:
    """How long `work` keeps this thread's processor, in seconds."""
    started = thread_time()
    work()
    return thread_time() - started
