"""What a PostgreSQL of our own has cost."""

from __future__ import annotations

import os
from pathlib import Path

from tests.support.postgres import Cluster

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def server_pid(cluster: Cluster) -> int:
    """The process that leads the server."""
    return int((cluster.folder / "data" / "postmaster.pid").read_text().splitlines()[0])


def cpu_seconds(pid: int) -> float:
    """Processor time of the server, of the processes that it has now and of those that have ended."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    # Fields 14 to 17 of proc(5), counted behind the program's name: user and system, own and of ended children.
    own = sum(int(ticks) for ticks in _fields(pid)[11:15])
    living = sum(int(ticks) for child in children for ticks in _fields(int(child))[11:13])
    return (own + living) / TICKS_A_SECOND


def _fields(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return ["0"] * 15
