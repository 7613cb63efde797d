"""A site's processes that are killed in the middle of their work."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from flask import Flask

from app.config import ROOT


class Killable:
    """The process that makes the others."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    @contextmanager
    def at_work(self, *arguments: str) -> Iterator[None]:
        """Run a command, or with no arguments a worker that indexes; at the end it is killed, as by the system."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(arguments) + "\n")
        self._process.stdin.flush()
        child = int(self._said())
        try:
            yield
        finally:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        assert self._said() == "killed", "It ended before it could be killed."

    def _said(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@contextmanager
def killable(site: Flask) -> Iterator[Killable]:
    """What makes processes of this site, on its database and its index, without loading it each time."""
    own = site.extensions["firsthand.settings"]
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    environment = {
        **kept,
        "INSTANCE": str(own.instance),
        "SECRET_KEY": own.secret_key,
        "ADDRESS_KEY": own.address_key,
        "DATABASE_URL": own.database_url,
        "SEARCH_URL": own.search_url,
        "BASE_URL": own.base_url,
        "SECOND_FACTOR": own.second_factor,
        "LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-m", "tests.support.killable_process"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Killable(process)
    finally:
        process.communicate(timeout=20)
