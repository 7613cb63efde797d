"""Reading the events behind affinity anew from everything on the site, in short transactions."""

from __future__ import annotations

from collections.abc import Iterator

from app.affinity import ledger, proof
from app.kernel.db import write


def rebuild(after: int = 0) -> Iterator[int]:
    """Make the stored events agree with all threads from the question `after` on, and with meetings and invitations.

    Yields the number of the last question each time some are done: cut short, it can go on from there.
    """
    for question_ids in proof.portions(after):
        with write():
            ledger.settle_threads(question_ids)
        yield question_ids[-1]
    with write():
        proof.repair_loose()
