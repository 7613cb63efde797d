"""Build the index of every engine, ask it, change it, and run a site on it; print one JSON table.

    BENCH_ENGINES=whoosh,fts5     some of the engines
    BENCH_SCALE=0.05              a quick look: a twentieth of the threads
    BENCH_PARTS=engine            the engines alone; "site": the sites alone

Processor milliseconds are the figures to compare. PostgreSQL works in a process of its own, which is ours too: started
for the run, with the safety of a real server, and stopped afterwards. For it the clock says what a query takes, and
"cpu" of a rebuild counts both processes.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from app.search.engines import ENGINES
from tests.support.databases import plain_url
from tests.support.postgres import Cluster, start_cluster, stop_cluster
from tools.bench.server import free_port
from tools.bench_search import cluster as server
from tools.bench_search.site import Row, filled, folder_of, measured, run
from tools.secrets_file import write_secrets

SITE_THREADS = 30_000
AS_A_SERVER = "-c listen_addresses=127.0.0.1 -c shared_buffers=512MB -c max_connections=100 -c log_min_messages=fatal"


@dataclass(frozen=True)
class Plan:
    """One engine: how many threads its index has, where SEARCH_URL says it is, and whose database its site uses."""

    name: str
    threads: int
    place: str
    database: str = "sqlite"


PLANS = (
    Plan("whoosh", 30_000, "whoosh:{folder}/search"),
    Plan("fts5", 100_000, "fts5:{folder}/search.sqlite"),
    Plan("postgresql", 100_000, "postgresql:", database="postgresql"),
)


def main() -> None:
    """Measure the engines one after the other, then print all of it."""
    scale = float(os.environ.get("BENCH_SCALE", "1"))
    chosen = os.environ.get("BENCH_ENGINES", "").replace(",", " ").split()
    plans = [plan for plan in PLANS if plan.name in (chosen or ENGINES)]
    with _home() as home:
        found = {plan.name: _measured(plan, home, scale) for plan in plans}
    print(json.dumps({"setting": {**_setting(), "scale": scale}, "engines": found}, indent=2))


def _measured(plan: Plan, home: Path, scale: float) -> Row:
    parts: dict[str, Callable[[], Row]] = {
        "engine": lambda: _engine(plan, home, int(plan.threads * scale)),
        "site": lambda: _site(plan, home, int(SITE_THREADS * scale)),
    }
    chosen = os.environ.get("BENCH_PARTS", "").replace(",", " ").split() or list(parts)
    return {part: parts[part]() for part in chosen}


def _engine(plan: Plan, home: Path, threads: int) -> Row:
    _say(f"{plan.name}: {threads:,} prepared threads")
    folder = folder_of(home, f"{plan.name}-engine")
    with _database(plan, folder) as (url, cluster):
        environment = _environment(plan, folder, url)
        if cluster:
            environment["BENCH_SERVER_PID"] = str(server.server_pid(cluster))
        found: Row = json.loads(run(environment, "tools.bench_search.engine", str(threads)))
    shutil.rmtree(folder)
    return found


def _site(plan: Plan, home: Path, threads: int) -> Row:
    _say(f"{plan.name}: a site with {threads:,} threads")
    folder = folder_of(home, f"{plan.name}-site")
    with _database(plan, folder) as (url, cluster):
        environment = _environment(plan, folder, url)
        filled(environment, threads)
        found = measured(environment, threads, _served(cluster))
    shutil.rmtree(folder)
    return found


def _served(cluster: Cluster | None) -> Callable[[], float]:
    if cluster is None:
        return lambda: 0.0
    pid = server.server_pid(cluster)
    return lambda: server.cpu_seconds(pid)


def _environment(plan: Plan, folder: Path, database_url: str) -> dict[str, str]:
    port = free_port()
    write_secrets(folder / "secrets.env")
    return {
        "INSTANCE": str(folder),
        "DATABASE_URL": database_url,
        "SEARCH_URL": plan.place.format(folder=folder),
        "PORT": str(port),
        "BASE_URL": f"http://127.0.0.1:{port}",
        "RATE_LIMITS": "off",
        "SECOND_FACTOR": "offered",
    }


@contextmanager
def _database(plan: Plan, folder: Path) -> Iterator[tuple[str, Cluster | None]]:
    """The address of an empty database, and the server where it has one of its own."""
    if plan.database == "sqlite":
        yield f"sqlite:///{folder / 'firsthand.sqlite'}", None
        return
    cluster = start_cluster(AS_A_SERVER)
    try:
        with psycopg.connect(plain_url(cluster.url("postgres")), autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench")
        yield cluster.url("bench"), cluster
    finally:
        stop_cluster(cluster)


@contextmanager
def _home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="firsthand-bench-search-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _setting() -> dict[str, Any]:
    return {"python": platform.python_version(), "cores": os.cpu_count(), "load": os.getloadavg()[0]}


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
