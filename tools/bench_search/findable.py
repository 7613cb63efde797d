"""How soon a posted answer is found: `python -m tools.bench_search.findable` reads `{"port": 8000, "questions": 30000}`
on standard input. Sixteen people answer there, ten times a second together, each time with a word of its own; guests
search for the word of every third answer until they find it. Prints the seconds in between, as JSON.
"""

from __future__ import annotations

import heapq
import json
import random
import re
import sys
import threading
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection
from statistics import quantiles
from typing import Any
from urllib.parse import urlencode

from tools.bench.words import Writer
from tools.bench_search.fill import PASSWORD, WRITERS, address

SECONDS = 30
A_SECOND = 10
FINDERS = 3
LOOK_EVERY = 0.4
LOOKED_FOR = 3
"""Of so many answers one is looked for: guests who search for all of them would be most of the load."""

GIVE_UP_AFTER = 60.0
TIMEOUT = 30
SEED = 9
LETTERS = "bcdfghjkmp"


@dataclass(order=True)
class Sought:
    """An answer that a guest looks for. `at` is when to look next, `acknowledged` when the site took it."""

    at: float
    acknowledged: float = field(compare=False)
    word: str = field(compare=False)
    question_id: int = field(compare=False)


class Board:
    """What was answered, and what of it was found after how many seconds."""

    def __init__(self) -> None:
        self.found: list[float] = []
        self.posts: list[float] = []
        self.missing = 0
        self.refused = 0
        self.is_over = False
        self._waiting: list[Sought] = []
        self._lock = threading.Lock()

    def put(self, sought: Sought) -> None:
        """Look for it at its time."""
        with self._lock:
            heapq.heappush(self._waiting, sought)

    def due(self) -> Sought | None:
        """The next one, if it is time to look for it."""
        with self._lock:
            if self._waiting and self._waiting[0].at <= time.monotonic():
                return heapq.heappop(self._waiting)
        return None

    @property
    def is_empty(self) -> bool:
        return not self._waiting


class Browser:
    """One reader's connection, with cookies when they have signed in."""

    def __init__(self, port: int) -> None:
        self._port, self._cookie = port, ""
        self._connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and page."""
        headers = {"Cookie": self._cookie, "Origin": f"http://127.0.0.1:{self._port}"}
        if fields:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, urlencode(fields) if fields else None, headers)
        response = self._connection.getresponse()
        page = response.read().decode()
        self._cookie = (response.getheader("Set-Cookie") or self._cookie).split(";")[0]
        return response.status, page

    def token(self, path: str) -> str:
        """The token of the forms on a page."""
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.ask("GET", path)[1])
        if found is None:
            raise RuntimeError(f"{path} has no form.")
        return found.group(1)

    def sign_in(self, number: int) -> str:
        """Sign the writer in; the token of their forms."""
        fields = {"csrf_token": self.token("/sign-in"), "email": address(number), "password": PASSWORD}
        status, _ = self.ask("POST", "/sign-in", fields)
        if status != 303:
            raise RuntimeError(f"{address(number)} could not sign in ({status}).")
        return self.token("/questions/ask")


def main() -> None:
    """Write, look, print."""
    plan = json.load(sys.stdin)
    board = Board()
    browsers = [Browser(plan["port"]) for _ in range(WRITERS)]
    tokens = [browser.sign_in(number) for number, browser in enumerate(browsers)]
    questions = random.Random(SEED).sample(range(1, plan["questions"] + 1), SECONDS * A_SECOND)
    finders = [threading.Thread(target=_find, args=(board, Browser(plan["port"]))) for _ in range(FINDERS)]
    begun = time.monotonic() + 0.5
    writers = [
        threading.Thread(target=_write, args=(board, browser, token, questions, (number, begun)))
        for number, (browser, token) in enumerate(zip(browsers, tokens, strict=True))
    ]
    for thread in [*finders, *writers]:
        thread.start()
    for thread in writers:
        thread.join()
    seconds = time.monotonic() - begun
    board.is_over = True
    for thread in finders:
        thread.join()
    print(json.dumps(_figures(board, seconds)))


def _write(board: Board, browser: Browser, token: str, questions: list[int], turn: tuple[int, float]) -> None:
    """Post every sixteenth answer, each at its moment."""
    number, begun = turn
    writer = Writer(SEED + number)
    for place in range(number, len(questions), WRITERS):
        time.sleep(max(0.0, begun + place / A_SECOND - time.monotonic()))
        word = "vq" + "".join(LETTERS[int(digit)] for digit in f"{place:04d}")
        fields = {"csrf_token": token, "body": f"{writer.paragraphs()[0]} {word}", "idempotency_key": f"bench-{place}"}
        sent = time.monotonic()
        status, _ = browser.ask("POST", f"/questions/{questions[place]}/answers", fields)
        now = time.monotonic()
        if status != 303:
            board.refused += 1
            continue
        board.posts.append(now - sent)
        if place % LOOKED_FOR == 0:
            board.put(Sought(now + LOOK_EVERY, now, word, questions[place]))


def _find(board: Board, browser: Browser) -> None:
    while not (board.is_over and board.is_empty):
        sought = board.due()
        if sought is None:
            time.sleep(0.01)
            continue
        status, page = browser.ask("GET", f"/search?q={sought.word}")
        now = time.monotonic()
        if status == 200 and f"/questions/{sought.question_id}/" in page:
            board.found.append(now - sought.acknowledged)
        elif now - sought.acknowledged > GIVE_UP_AFTER:
            board.missing += 1
        else:
            sought.at = now + LOOK_EVERY
            board.put(sought)


def _figures(board: Board, seconds: float) -> dict[str, Any]:
    return {
        "answers": len(board.posts),
        "refused": board.refused,
        "missing": board.missing,
        "answers_a_second": round(len(board.posts) / seconds, 1),
        "found_after_seconds": _spread(board.found),
        "post_seconds": _spread(board.posts),
    }


def _spread(seconds: list[float]) -> dict[str, float]:
    percentiles = quantiles(seconds, n=100, method="inclusive")
    return {"p50": round(percentiles[49], 2), "p95": round(percentiles[94], 2), "max": round(max(seconds), 2)}


if __name__ == "__main__":
    main()
