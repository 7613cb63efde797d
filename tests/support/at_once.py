"""Several people at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from flask import Flask

from app.kernel.db import db, write


def at_once(site: Flask, deeds: Sequence[Callable[[], object]]) -> list[Exception]:
    """Do each deed in a thread and a write transaction of its own, as near to each other as can be.

    Returns what went wrong, in no order.
    """
    db.session.rollback()
    faults: list[Exception] = []
    start = threading.Barrier(len(deeds), timeout=30)

    def act(deed: Callable[[], object]) -> None:
        with site.app_context():
            start.wait()
            try:
                with write():
                    deed()
            except Exception as fault:  # noqa: BLE001 - whatever goes wrong is what the test looks for
                faults.append(fault)

    threads = [threading.Thread(target=act, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults
