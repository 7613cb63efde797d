"""Measure the site's pages and a bare "hello" in turns, and print one JSON table.

Everything runs on this machine: the load too, so requests a second are what the machine does with both. Processor
milliseconds a request are the server's alone, and the figure to compare.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from app.config import ROOT
from tools.bench.server import Server, free_port
from tools.bench.threads import LONG, SHORT
from tools.bench.words import Writer
from tools.secrets_file import write_secrets

WORKERS = 2
THREADS = 8
CONNECTIONS = 8
ROUNDS = 3
WARM_UP = 60
REQUESTS = {"question": 600, "front": 600, "search": 300, "hello": 6_000}
# One reader after the other asks for each thread so many times a round.
THREAD_REQUESTS = 60
SEED = 7
MADE_BY = (
    "tools/bench/community.py",
    "tools/bench/threads.py",
    "tools/bench/words.py",
    "migrations/versions/*.py",
    "app/search/*.py",
)


@dataclass
class Figures:
    """What several rounds of one target came to."""

    cpu_ms: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)

    def as_row(self, hello_cpu_ms: float) -> dict[str, float]:
        """Medians of the rounds; the 50th and 99th percentile of all requests, in milliseconds."""
        percentiles = quantiles(self.latencies, n=100)
        return {
            "cpu_ms_a_request": round(median(self.cpu_ms), 2),
            "requests_a_second": round(median(self.rates), 1),
            "p50_ms": round(percentiles[49] * 1_000, 1),
            "p99_ms": round(percentiles[98] * 1_000, 1),
            "cpu_times_hello": round(median(self.cpu_ms) / hello_cpu_ms, 1),
        }


def main() -> None:
    """Make the community if it is not there, measure, print."""
    instance = prepared_instance()
    port = free_port()
    site = Server("wsgi:app", WORKERS, THREADS, _environment(instance, port), port)
    hello = Server("tools.bench.hello:app", WORKERS, THREADS)
    figures = {name: Figures() for name in REQUESTS}
    first_bytes: dict[str, list[float]] = {}
    with site, hello:
        for number in range(ROUNDS):
            for name, paths in _paths(instance, number).items():
                measure(hello if name == "hello" else site, paths, figures[name])
            for path in (instance / "threads.txt").read_text().splitlines():
                first_bytes.setdefault(path, []).extend(_first_bytes(site, path))
    hello_cpu_ms = median(figures["hello"].cpu_ms)
    table = {name: one.as_row(hello_cpu_ms) for name, one in figures.items()}
    print(json.dumps({"setting": _setting(), "pages": table, "threads": _threads(first_bytes)}, indent=2))


def measure(server: Server, paths: list[str], into: Figures, connections: int = CONNECTIONS) -> None:
    """One round: warm up, then every path once."""
    _load(server, paths[:WARM_UP])
    before = server.cpu_seconds()
    result = _load(server, paths, connections)
    used = server.cpu_seconds() - before
    into.cpu_ms.append(used / len(paths) * 1_000)
    into.rates.append(len(paths) / result["seconds"])
    into.latencies += result["latencies"]


def prepared_instance() -> Path:
    """The folder of the community, made once for each version of what makes it."""
    home = Path(os.environ.get("BENCH_INSTANCE", ROOT / "instance" / "bench"))
    made = home / _version()
    if not (made / "done").exists():
        shutil.rmtree(home, ignore_errors=True)
        print("Making 5,000 people, 20,000 questions and 40,000 answers; this happens once.", file=sys.stderr)
        write_secrets(made / "secrets.env")
        flask = ["flask", "--app", "wsgi"]
        for command in ([*flask, "db", "upgrade"], ["tools.bench.fill"], [*flask, "search", "rebuild"]):
            _run(made, command)
        (made / "done").touch()
    return made


def _version() -> str:
    digest = hashlib.sha256()
    for pattern in MADE_BY:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _environment(instance: Path, port: int) -> dict[str, str]:
    return {"INSTANCE": str(instance), "BASE_URL": f"http://127.0.0.1:{port}", "RATE_LIMITS": "off"}


def _run(instance: Path, command: list[str]) -> None:
    environment = {**os.environ, **_environment(instance, 8000)}
    subprocess.run([sys.executable, "-m", *command], cwd=ROOT, env=environment, stdout=sys.stderr, check=True)


def _paths(instance: Path, number: int) -> dict[str, list[str]]:
    """What is asked for in one round; every round asks for other questions."""
    chance, writer = random.Random(SEED + number), Writer(SEED + number)
    questions = (instance / "questions.txt").read_text().splitlines()
    makers: dict[str, Callable[[], str]] = {
        "question": lambda: chance.choice(questions),
        "front": lambda: "/",
        "search": lambda: f"/search?q={writer.query().replace(' ', '+')}",
        "hello": lambda: "/",
    }
    return {name: [make() for _ in range(REQUESTS[name])] for name, make in makers.items()}


def _first_bytes(server: Server, path: str) -> list[float]:
    """Seconds until the first byte of a page, asked for again and again by one reader."""
    _load(server, [path] * 10, connections=1)
    found: list[float] = _load(server, [path] * THREAD_REQUESTS, connections=1)["first_bytes"]
    return found


def _threads(first_bytes: dict[str, list[float]]) -> dict[str, float | str]:
    """How long the first byte of a long thread takes beside that of a short one, in milliseconds: medians."""
    short, long = (median(seconds) * 1_000 for seconds in first_bytes.values())
    sizes = [f"{thread.answers} answers, {thread.comments:,} comments" for thread in (SHORT, LONG)]
    return {sizes[0]: round(short, 1), sizes[1]: round(long, 1), "ratio": round(long / short, 2)}


def _load(server: Server, paths: list[str], connections: int = CONNECTIONS) -> dict[str, Any]:
    plan = json.dumps({"port": server.port, "paths": paths, "connections": connections})
    command = [sys.executable, "-m", "tools.bench.load"]
    ran = subprocess.run(command, cwd=ROOT, input=plan, capture_output=True, text=True, check=True)
    result: dict[str, Any] = json.loads(ran.stdout)
    return result


def _setting() -> dict[str, object]:
    return {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "database": "sqlite",
        "workers": WORKERS,
        "threads": THREADS,
        "connections": CONNECTIONS,
        "rounds": ROUNDS,
        "requests_a_round": REQUESTS,
    }


if __name__ == "__main__":
    main()
