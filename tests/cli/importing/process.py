"""The import as a process of its own, which can be killed and measured."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from flask import Flask

from app.config import ROOT, Settings


@contextmanager
def import_process(site: Flask, dump: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`flask import stackexchange dump` on the site's database; killed at the end if it still runs."""
    settings: Settings = site.extensions["firsthand.settings"]
    environment = {
        **os.environ,
        "INSTANCE": str(settings.instance),
        "SECRET_KEY": settings.secret_key,
        "ADDRESS_KEY": settings.address_key,
        "DATABASE_URL": settings.database_url,
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "import", "stackexchange", str(dump)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def busy_seconds(process: subprocess.Popen[bytes]) -> float:
    """How long a process, and what it started and still runs, have kept processors busy; 0 once it has ended."""
    try:
        parent = psutil.Process(process.pid)
        times = [one.cpu_times() for one in (parent, *parent.children(recursive=True))]
        return sum(one.user + one.system for one in times)
    except psutil.Error:
        return 0.0


def resident_megabytes(process: subprocess.Popen[bytes]) -> float:
    """Memory of a process and of all that it started, in millions of bytes; pages they share count for each."""
    try:
        parent = psutil.Process(process.pid)
        family = [parent, *parent.children(recursive=True)]
        return sum(one.memory_info().rss for one in family) / 1e6
    except psutil.Error:
        return 0.0
