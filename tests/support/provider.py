"""A real OpenID Connect provider as a process of its own, for the journey in which somebody comes and is let go."""

from __future__ import annotations

import json
import subprocess
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from app.config import ROOT
from tests.support.ports import free_port

PYTHON = ROOT / ".venv-provider" / "bin" / "python"
SERVER = ROOT / "tests" / "support" / "provider_server.py"
SECONDS_TO_START = 60
SECONDS_TO_STOP = 10
CLIENT_ID = "community"
CLIENT_SECRET = "a secret between the community and its provider"


@dataclass
class RunningProvider:
    """Canaille with one employee, in the group "engineers". It sends browsers back to `redirect_uri`."""

    folder: Path
    redirect_uri: str
    user_name: str
    name: str
    address: str
    password: str
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """The issuer."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        """What the site is told of it."""
        return {
            "OIDC_ISSUERS": "corp",
            "OIDC_CORP_ISSUER": self.url,
            "OIDC_CORP_CLIENT_ID": CLIENT_ID,
            "OIDC_CORP_CLIENT_SECRET": CLIENT_SECRET,
            "OIDC_CORP_LABEL": "Northwind single sign-on",
            "OIDC_CORP_ROLES": "engineers=expert",
        }

    def __enter__(self) -> RunningProvider:
        assert PYTHON.exists(), "make .make/provider installs the provider that this test starts."
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [str(PYTHON), str(SERVER), self._asked()],
                cwd=self.folder,
                env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self._wait()
        return self

    def __exit__(self, *error: object) -> None:
        assert self.process is not None
        # Its input ends, and it with it.
        self.process.communicate(timeout=SECONDS_TO_STOP)

    def lock(self) -> None:
        """Take the employee's account out of use."""
        assert self.process is not None
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print("lock", file=self.process.stdin, flush=True)
        assert self.process.stdout.readline() == "done\n"

    def _asked(self) -> str:
        given, _, family = self.name.partition(" ")
        person = {
            "user_name": self.user_name,
            "given_name": given,
            "family_name": family,
            "formatted_name": self.name,
            "display_name": self.user_name,
            "emails": [self.address],
            "password": self.password,
        }
        return json.dumps(
            {
                "port": self.port,
                "redirect_uri": self.redirect_uri,
                "client_id": CLIENT_ID,
                "client_secret": CLIENT_SECRET,
                "person": person,
            }
        )

    def _wait(self) -> None:
        assert self.process is not None
        deadline = time.monotonic() + SECONDS_TO_START
        while not self._answers():
            gave_up = self.process.poll() is not None or time.monotonic() > deadline
            assert not gave_up, f"The provider did not start:\n{(self.folder / 'log').read_text()}"
            time.sleep(0.1)

    def _answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=2)
        with closing(connection), suppress(OSError, HTTPException):
            connection.request("GET", "/.well-known/openid-configuration")
            return connection.getresponse().status == 200
        return False
