"""`flask serve`: everything starts together, stops together, and says in a sentence why it cannot start."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from app.config import ROOT
from tests.support.site import RunningSite

pytestmark = [pytest.mark.pure, pytest.mark.slow]

MAIL = "smtp://127.0.0.1:9"


def running_below(process: subprocess.Popen) -> list[psutil.Process]:
    """The web server, its two processes, and the worker; the first answers come before the last is there."""
    deadline = time.monotonic() + 20
    while len(parts := psutil.Process(process.pid).children(recursive=True)) < 4 and time.monotonic() < deadline:
        time.sleep(0.1)
    return parts


def is_at_work(part: psutil.Process) -> bool:
    """Where nobody collects orphans, a process that has ended stays in the list."""
    with suppress(psutil.NoSuchProcess):
        return part.is_running() and part.status() != psutil.STATUS_ZOMBIE
    return False


def try_to_serve(site: RunningSite) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve"]
    return subprocess.run(
        command, check=False, cwd=ROOT, env=site.environment, capture_output=True, text=True, timeout=60
    )


def stop_by(number: signal.Signals, site: RunningSite) -> None:
    """Send the signal to the first process; all of them end."""
    parts = running_below(site.process)
    assert len(parts) >= 4

    os.kill(site.process.pid, number)
    assert site.process.wait(30) == 0

    assert not [part for part in parts if is_at_work(part)]


def test_a_signal_stops_every_process_and_a_second_start_keeps_what_was_written(tmp_path):
    with RunningSite(instance=tmp_path, mail_url=MAIL) as first:
        first.flask("account", "add", "Oakridge Clinics", "--domain", "oakridge.example")
        stop_by(signal.SIGINT, first)
    database = Path(tmp_path) / "firsthand.sqlite"
    assert database.exists()

    with RunningSite(instance=tmp_path, mail_url=MAIL) as second:
        with pytest.raises(AssertionError, match="belongs"):
            second.flask("account", "add", "Somebody Else", "--domain", "oakridge.example")
        stop_by(signal.SIGTERM, second)


def test_when_a_part_ends_the_site_stops_and_says_so(tmp_path):
    with RunningSite(instance=tmp_path, mail_url=MAIL) as site:
        worker = next(part for part in running_below(site.process) if part.cmdline()[-1] == "worker")

        worker.terminate()

        assert site.process.wait(30) == 1
    assert "The worker ended by itself" in site.log.read_text()


def test_a_taken_port_is_named(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        site = RunningSite(instance=tmp_path, mail_url=MAIL, port=taken.getsockname()[1])

        refused = try_to_serve(site)

    assert refused.returncode == 1
    assert f"Cannot listen on 127.0.0.1, port {site.port}" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_an_unsafe_setting_is_named(tmp_path):
    site = RunningSite(instance=tmp_path, mail_url=MAIL, settings={"SECRET_KEY": "change-me"})

    refused = try_to_serve(site)

    assert refused.returncode == 1
    assert "SECRET_KEY is too easy to guess" in refused.stderr
    assert "Traceback" not in refused.stderr
