"""How much it says that a thread has a word: the rarer the word, the more."""

from __future__ import annotations

import math


def idf(threads: int, having: int) -> float:
    """ln(1 + (N - n + 0.5) / (n + 0.5)) of Robertson and Spärck Jones, of `having` among `threads`; always above 0.

    An engine may still count threads that have since left the index: more than all count as all.
    """
    having = min(having, threads)
    return math.log(1 + (threads - having + 0.5) / (having + 0.5))
