"""A site of its own on one engine: what its rebuild costs from the database, what its page costs, how soon an answer
is found.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from app.config import ROOT
from tools.bench.__main__ import Figures, measure
from tools.bench.server import Server
from tools.bench.words import Writer

WEB_WORKERS = 2
WEB_THREADS = 8
SEARCHES = 300
ROUNDS = 2
SEED = 12
SECONDS_TO_STOP = 20

Row = dict[str, Any]
Environment = Mapping[str, str]


def run(environment: Environment, *command: str, given: str = "") -> str:
    """Run one of Python's modules with these settings; what it printed. What it complains of is shown."""
    ran = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**os.environ, **environment},
        input=given,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return ran.stdout


def filled(environment: Environment, threads: int) -> None:
    """Fill the database."""
    run(environment, "flask", "--app", "wsgi", "db", "upgrade")
    run(environment, "tools.bench_search.fill", str(threads))


def measured(environment: Environment, threads: int, served: Callable[[], float]) -> Row:
    """`served` gives the processor seconds of a database server so far."""
    found = {"rebuild": _rebuilt(environment, threads, served)}
    # What a worker does in its first minutes, as it does every night: it counts the words of all threads.
    run(environment, "flask", "--app", "wsgi", "worker", "--once")
    site = Server("wsgi:app", WEB_WORKERS, WEB_THREADS, environment, int(environment["PORT"]))
    with site, _worker(environment):
        found["page"] = _page(site, served)
        plan = json.dumps({"port": site.port, "questions": threads})
        found["findable"] = json.loads(run(environment, "tools.bench_search.findable", given=plan))
    return found


def _rebuilt(environment: Environment, threads: int, served: Callable[[], float]) -> Row:
    """`flask search rebuild`, with all that starting a command costs."""
    before, began = _cpu_of_children() + served(), time.monotonic()
    run(environment, "flask", "--app", "wsgi", "search", "rebuild")
    used = _cpu_of_children() + served() - before
    return {
        "threads": threads,
        "seconds": round(time.monotonic() - began, 1),
        "cpu_seconds": round(used, 1),
        "threads_a_cpu_second": round(threads / used),
    }


def _page(site: Server, served: Callable[[], float]) -> Row:
    """The page of results of two words, asked for by eight readers at once, and by one."""
    figures, writer = Figures(), Writer(SEED)
    before = served()
    for _ in range(ROUNDS):
        measure(site, [_search(writer) for _ in range(SEARCHES)], figures)
    server_ms = (served() - before) / (ROUNDS * SEARCHES) * 1_000
    alone = Figures()
    measure(site, [_search(writer) for _ in range(SEARCHES)], alone, connections=1)
    percentiles = quantiles(alone.latencies, n=100)
    return {
        "cpu_ms": round(median(figures.cpu_ms), 1),
        "database_cpu_ms": round(server_ms, 1),
        "pages_a_second": round(median(figures.rates), 1),
        "one_reader_p50_ms": round(percentiles[49] * 1_000, 1),
        "one_reader_p95_ms": round(percentiles[94] * 1_000, 1),
    }


def _search(writer: Writer) -> str:
    return f"/search?q={writer.query().replace(' ', '+')}"


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def _worker(environment: Environment) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "worker"], cwd=ROOT, env={**os.environ, **environment}
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def folder_of(home: Path, name: str) -> Path:
    """A folder of the run, made."""
    made = home / name
    made.mkdir(parents=True, exist_ok=True)
    return made
