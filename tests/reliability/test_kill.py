"""What was acknowledged is there after kill -9, once, however often it is sent again."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

import psutil
import pytest

from app.kernel.db import sqlite_module
from tests.support.site import RunningSite

pytestmark = [pytest.mark.pure, pytest.mark.slow]

PASSWORD = "a lantern for the harbour wall"
WRITERS = 4
CYCLES = 3
SECONDS_OF_WRITING = 1.5


class Writer(threading.Thread):
    """A signed-in browser that answers without pause, and notes which answers the site has acknowledged."""

    def __init__(self, site: RunningSite, cookie: str, token: str, name: str) -> None:
        super().__init__(name=name)
        self.site, self.cookie, self.token = site, cookie, token
        self.sent: list[str] = []
        self.acknowledged: list[str] = []
        self.stop = threading.Event()

    def run(self) -> None:
        while not self.stop.is_set():
            key = f"{self.name}-{len(self.sent)}"
            self.sent.append(key)
            with suppress(OSError, HTTPException):
                if self.answer(key) == 303:
                    self.acknowledged.append(key)

    def answer(self, key: str) -> int:
        """Send the answer whose key and text are `key`; the status."""
        fields = {"csrf_token": self.token, "body": f"Answer {key}.", "idempotency_key": key}
        return request(self.site, "POST", "/questions/1/answers", self.cookie, fields)[0]


def test_nothing_acknowledged_is_lost_or_doubled(tmp_path: Path) -> None:
    acknowledged: list[str] = []
    site = RunningSite(instance=tmp_path / "site", mail_url=f"file:{tmp_path / 'mail'}")
    with site:
        site.flask("person", "create", "vera@canary.example", "--handle", "vera", "--name", "Vera Lind", typed=PASSWORD)
        cookie, token = sign_in(site)
        fields = {"csrf_token": token, "title": "Why does replication stop at night?", "body": "It stops.", "tags": "x"}
        assert request(site, "POST", "/questions/ask", cookie, fields)[0] == 303
        # Nobody else may have the database open when everybody who writes is killed.
        site.end_commands()
        for cycle in range(CYCLES):
            writers = [Writer(site, cookie, token, f"c{cycle}w{number}") for number in range(WRITERS)]
            write_until_killed(site, writers)
            acknowledged += [key for writer in writers for key in writer.acknowledged]
            # What is killed next is the site that has just come back.
            site.__enter__()
            for writer in writers:
                assert [writer.answer(key) for key in writer.sent[-3:]] == [303] * len(writer.sent[-3:])
            acknowledged += [key for writer in writers for key in writer.sent[-3:]]

    stored = Counter(answers_in(site))
    assert len(acknowledged) > CYCLES * WRITERS
    assert {key for key in acknowledged if stored[f"Answer {key}."] != 1} == set()
    assert max(stored.values()) == 1


def write_until_killed(site: RunningSite, writers: list[Writer]) -> None:
    """Let everybody write for a while, then end every process of the site in the middle of it."""
    for writer in writers:
        writer.start()
    time.sleep(SECONDS_OF_WRITING)
    assert site.process is not None
    for process in [*psutil.Process(site.process.pid).children(recursive=True), site.process]:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    site.process.wait()
    for writer in writers:
        writer.stop.set()
    for writer in writers:
        writer.join()


def sign_in(site: RunningSite) -> tuple[str, str]:
    """The cookie of a browser that has signed in, and the token of its forms."""
    _, guest, page = request(site, "GET", "/sign-in", "", {})
    fields = {"csrf_token": form_token(page), "email": "vera@canary.example", "password": PASSWORD}
    status, cookie, _ = request(site, "POST", "/sign-in", guest, fields)
    assert status == 303
    return cookie, form_token(request(site, "GET", "/questions/ask", cookie, {})[2])


def form_token(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, page[:500]
    return found.group(1)


def request(site: RunningSite, method: str, path: str, cookie: str, fields: dict[str, str]) -> tuple[int, str, str]:
    """Status, cookie and page."""
    connection = HTTPConnection("127.0.0.1", site.port, timeout=20)
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded", "Origin": site.address}
    try:
        connection.request(method, path, urlencode(fields) or None, headers)
        response = connection.getresponse()
        page = response.read().decode()
        return response.status, (response.getheader("Set-Cookie") or cookie).split(";")[0], page
    finally:
        connection.close()


def answers_in(site: RunningSite) -> Iterator[str]:
    """The text of every answer in the database, which is whole."""
    connection = sqlite_module().connect(site.instance / "firsthand.sqlite")
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        rows = connection.execute("SELECT body FROM posts WHERE kind = 'answer'").fetchall()
    finally:
        connection.close()
    return (body for (body,) in rows)
