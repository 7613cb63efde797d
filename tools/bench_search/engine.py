"""One engine by itself, in a process of its own: `python -m tools.bench_search.engine 30000` builds the index of
SEARCH_URL from so many prepared threads, asks it, changes it, and prints what that came to as JSON.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from statistics import quantiles
from typing import Any, TypeVar

from app import create_app
from app.kernel.settings import settings
from app.search.engines import site_index
from app.search.language import parse
from app.search.port import Hits, SearchIndex, Thread
from tests.support.hostile import hostile_queries
from tools.bench_search.queries import Asked, asked
from tools.bench_search.threads import ThreadWriter

WARM_UP = 10
SINGLE_UPDATES = 40
BATCHES = 5
BATCH = 200
SIMILAR = 40
SAMPLE = 2_000
HOSTILE = 500
COMMON = slice(0, 40)

Row = dict[str, Any]
Given = TypeVar("Given")


@dataclass
class Times:
    """Milliseconds of the processor in this process, and of the clock, of several calls."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    def take(self, call: Callable[..., Given], *arguments: Any, **options: Any) -> Given:
        """Call it and note what it took; what it gave."""
        cpu, wall = time.process_time(), time.perf_counter()
        given = call(*arguments, **options)
        self.cpu.append((time.process_time() - cpu) * 1_000)
        self.wall.append((time.perf_counter() - wall) * 1_000)
        return given

    def as_row(self) -> Row:
        return {f"{name}_ms": _spread(times) for name, times in (("cpu", self.cpu), ("wall", self.wall))}


def main() -> None:
    """Build, ask, change, print."""
    count = int(sys.argv[1])
    threads = list(ThreadWriter().threads(count))
    _forget_garbage()
    with create_app().app_context():
        index = site_index()
        found = {"engine": settings().search_url.partition(":")[0], **_build(index, threads)}
        threads = threads[:: max(1, count // SAMPLE)]
        _forget_garbage()
        found["queries"] = {name: _ask(index, some) for name, some in asked(threads).items()}
        found["similar"] = _similar(index, threads[:: max(1, len(threads) // SIMILAR)])
        found["hostile"] = _hostile(index)
        found["changes"] = _change(index, threads)
    found["memory_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(json.dumps(found))


def _forget_garbage() -> None:
    """No server has so many threads in its memory: what looks for garbage shall not look through ours."""
    gc.collect()
    gc.freeze()


def _build(index: SearchIndex, threads: list[Thread]) -> Row:
    before, cpu, wall = _served_cpu(), time.process_time(), time.perf_counter()
    index.rebuild(threads)
    seconds = time.perf_counter() - wall
    own, served = time.process_time() - cpu, _served_cpu() - before
    status = index.status()
    return {
        "threads": status.documents,
        "words_a_thread": round(sum(map(_length, threads)) / len(threads)),
        "size_mb": round(status.size / 2**20, 1),
        "rebuild_seconds": round(seconds, 1),
        "rebuild_cpu_seconds": {"site": round(own, 1), "database_server": round(served, 1)},
        "rebuild_threads_a_cpu_second": round(len(threads) / (own + served)),
    }


def _ask(index: SearchIndex, questions: Sequence[Asked]) -> Row:
    times, hits, partial = Times(), 0, 0
    for number, each in enumerate([*questions[:WARM_UP], *questions]):
        asking = times if number >= WARM_UP else Times()
        found = asking.take(index.query, each.query, order=each.order)
        hits += found.complete
        partial += found.is_partial
    return {**times.as_row(), "hits": round(hits / len(questions)), "partial": partial}


def _similar(index: SearchIndex, threads: Sequence[Thread]) -> Row:
    times = Times()
    for thread in threads:
        text = f"{thread.title}\n{thread.body}"
        times.take(index.similar, text, thread.tags, exclude=thread.id)
    return times.as_row()


def _hostile(index: SearchIndex) -> Row:
    """Every one is parsed and asked; which took longest."""
    times, slowest = Times(), (0.0, "")
    typed_by_somebody = hostile_queries(ThreadWriter().writer.words[COMMON], HOSTILE)
    partial = 0
    for typed in typed_by_somebody:
        partial += times.take(_search, index, typed).is_partial
        slowest = max(slowest, (times.wall[-1], typed))
    row = {**times.as_row(), "queries": len(typed_by_somebody), "partial": partial}
    return {**row, "slowest_wall_ms": round(slowest[0], 1), "slowest": slowest[1][:60]}


def _search(index: SearchIndex, typed: str) -> Hits:
    return index.query(parse(typed))


def _change(index: SearchIndex, threads: list[Thread]) -> Row:
    """One changed thread in a commit, and many; each is on the disk when it is done."""
    single, batch = Times(), Times()
    for number in range(SINGLE_UPDATES):
        thread = threads[number * 37 % len(threads)]
        single.take(index.apply, [replace(thread, title=thread.title + " changed")])
    for number in range(BATCHES):
        some = threads[number * BATCH : (number + 1) * BATCH]
        batch.take(index.apply, some)
    return {"one_thread": single.as_row(), f"{BATCH}_threads": batch.as_row()}


def _served_cpu() -> float:
    """Processor seconds of the database server so far, where the engine lives in one of ours."""
    pid = os.environ.get("BENCH_SERVER_PID")
    if pid is None:
        return 0.0
    from tools.bench_search.cluster import cpu_seconds

    return cpu_seconds(int(pid))


def _length(thread: Thread) -> int:
    return sum(len(text.split()) for text in (thread.title, *thread.texts))


def _spread(times: list[float]) -> Row:
    percentiles = quantiles(times, n=100, method="inclusive")
    return {"p50": round(percentiles[49], 2), "p95": round(percentiles[94], 2), "max": round(max(times), 2)}


if __name__ == "__main__":
    main()
