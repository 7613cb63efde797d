"""The real site as processes of its own, for tests that come from outside as a reader does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from app.config import ROOT
from tests.support.ports import free_port
from tests.support.settings import ADDRESS_KEY, SECRET_KEY

SECONDS_TO_START = 60
SECONDS_TO_STOP = 20


@dataclass
class RunningSite:
    """`flask serve` in a folder of its own: a web server, a worker, a SQLite database."""

    instance: Path
    mail_url: str
    port: int = field(default_factory=free_port)
    settings: Mapping[str, str] = field(default_factory=dict)
    # "localhost" where a name is needed: passkeys belong to no network address.
    host: str = "127.0.0.1"
    process: subprocess.Popen[bytes] | None = None
    _commands: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        """Where the site is, without a slash at the end."""
        return f"http://{self.host}:{self.port}"

    @property
    def log(self) -> Path:
        """What the site printed."""
        return self.instance / "log"

    def __enter__(self) -> RunningSite:
        self.instance.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._flask("serve", "--no-demo"), cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )
        self._wait()
        return self

    def __exit__(self, *error: object) -> None:
        assert self.process is not None
        self.end_commands()
        self.process.terminate()
        try:
            self.process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its processes."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        return {
            **kept,
            "INSTANCE": str(self.instance),
            "PORT": str(self.port),
            "BASE_URL": self.address,
            "SECRET_KEY": SECRET_KEY,
            "ADDRESS_KEY": ADDRESS_KEY,
            "MAIL_URL": self.mail_url,
            "RATE_LIMITS": "off",
            "SECOND_FACTOR": "offered",
            "PYTHONUNBUFFERED": "1",
            **self.settings,
        }

    def flask(self, *arguments: str, typed: str = "") -> str:
        """Run a command on the same database, with `typed` as its input; what it printed."""
        if self._commands is None:
            command = [sys.executable, "-m", "tests.support.commands"]
            environment, pipe = {**self.environment, "PYTHONPATH": str(ROOT)}, subprocess.PIPE
            self._commands = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, text=True)
        assert self._commands.stdin is not None
        assert self._commands.stdout is not None
        self._commands.stdin.write(json.dumps({"arguments": arguments, "typed": typed}) + "\n")
        self._commands.stdin.flush()
        ran = json.loads(self._commands.stdout.readline())
        assert ran["code"] == 0, f"flask {' '.join(arguments)}:\n{ran['out']}{ran['err']}"
        return str(ran["out"])

    def end_commands(self) -> None:
        """End the process that runs the commands; the next command starts another."""
        if self._commands is not None:
            self._commands.communicate()
            self._commands = None

    def _flask(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]

    def _wait(self) -> None:
        assert self.process is not None
        deadline = time.monotonic() + SECONDS_TO_START
        while not self._answers():
            gave_up = self.process.poll() is not None or time.monotonic() > deadline
            assert not gave_up, f"The site did not start:\n{self.log.read_text()}"
            time.sleep(0.1)

    def _answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=2)
        with closing(connection), suppress(OSError, HTTPException):
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        return False
