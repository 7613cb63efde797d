"""One application under gunicorn, as `flask serve` runs it, and what its processes cost."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.config import ROOT

SECONDS_TO_START = 60
SECONDS_TO_STOP = 20
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass
class Server:
    """Use it as a context: it answers inside."""

    application: str
    workers: int
    threads: int
    environment: Mapping[str, str] = field(default_factory=dict)
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Server:
        self.port = self.port or free_port()
        chosen = {"PORT": str(self.port), "WEB_WORKERS": str(self.workers), "WEB_THREADS": str(self.threads)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", self.application],
            cwd=ROOT,
            env={**os.environ, **self.environment, **chosen, "HOST": "127.0.0.1"},
        )
        self._wait()
        return self

    def __exit__(self, *error: object) -> None:
        assert self.process is not None
        self.process.terminate()
        try:
            self.process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def cpu_seconds(self) -> float:
        """Processor time that the server's processes have used so far, in user and system mode."""
        assert self.process is not None
        return sum(_cpu_ticks(pid) for pid in [self.process.pid, *_children(self.process.pid)]) / TICKS_A_SECOND

    def _wait(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            assert self.process is not None
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError(f"{self.application} did not start.")


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _cpu_ticks(pid: int) -> int:
    # Fields 14 and 15 of proc(5), counted behind the program's name, which may hold spaces.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
